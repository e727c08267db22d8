"""The gateway in local mode: its settings, and where it runs."""

from pathlib import Path

from tools.local.lifecycle import Platform
from tools.local.ports import PORTS, SERVICE_PORTS
from tools.local.prometheus_server import configuration


def test_gateway_runs_unless_other_ports_are_given(tmp_path: Path) -> None:
    assert Platform(tmp_path).service_ports == PORTS
    assert Platform(tmp_path, {"user-service": 1}).service_ports == {
        **SERVICE_PORTS,
        "user-service": 1,
    }


def test_metrics_of_gateway_are_scraped_at_their_own_port() -> None:
    services, _ = configuration(9090, PORTS)["scrape_configs"]
    found = {
        each["labels"]["service"]: each["targets"]
        for each in services["static_configs"]
    }
    assert found["api-gateway"] == ["127.0.0.1:9001"]
    assert found["user-service"] == ["127.0.0.1:8001"]
