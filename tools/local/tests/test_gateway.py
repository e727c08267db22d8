"""The gateway in local mode: its settings, and where it runs."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tools.local.assembly import assemble
from tools.local.layout import Layout
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY, PORTS, SERVICE_PORTS, assign
from tools.local.prometheus_server import configuration

# Returns the environment of each program, by that of the command line.
Started = Callable[[Mapping[str, str]], Mapping[str, Mapping[str, str]]]


@pytest.fixture
def started(tmp_path: Path) -> Started:
    layout = Layout(tmp_path)
    layout.create()
    assign(layout.ports)

    def environments(given: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
        programs = assemble(layout, PORTS, given, {}).programs
        return {name: program.environment for name, program in programs.items()}

    return environments


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


@pytest.mark.parametrize(
    ("given", "at_users", "at_gateway"),
    [
        ({}, "127.0.0.1", ""),
        ({"TRUSTED_PROXIES": " "}, "127.0.0.1", ""),
        ({"TRUSTED_PROXIES": "192.0.2.7"}, "127.0.0.1,192.0.2.7", "192.0.2.7"),
    ],
)
def test_own_proxies_are_trusted_beside_gateway(
    started: Started, given: dict[str, str], at_users: str, at_gateway: str
) -> None:
    environments = started(given)
    assert environments["user-service"]["TRUSTED_PROXIES"] == at_users
    assert environments[GATEWAY]["TRUSTED_PROXIES"] == at_gateway


def test_public_address_is_where_gateway_logs_in(started: Started) -> None:
    gateway = started({"PUBLIC_URL": "https://shop.example"})[GATEWAY]
    assert gateway["PUBLIC_URL"] == "https://shop.example"
    assert gateway["TOKEN_URL"] == "https://shop.example/api/v1/auth/login"


def test_blank_setting_keeps_the_default(started: Started) -> None:
    given = {"ALLOWED_ORIGINS": "", "LOG_LEVEL": " ", "TOKEN_URL": ""}
    assert started(given) == started({})
