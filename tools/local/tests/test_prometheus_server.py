"""Prometheus beside a platform: a real one, and its configuration."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.local import prometheus_server
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import HOST, PORTS, free_ports
from tools.local.processes import of_platform


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    [port] = free_ports(1)
    observers = {prometheus_server.NAME: {"http": port}}
    platform = Platform(tmp_path / "root", given={}, observers=observers)
    try:
        yield platform
    finally:
        platform.delete()


@pytest.mark.slow
def test_prometheus_starts_with_rules_and_stops_with_platform(
    platform: Platform,
) -> None:
    platform.start(only=[prometheus_server.NAME])
    platform.wait_ready(prometheus_server.NAME, timeout=60)
    platform.stop()

    assert list(of_platform(platform.layout.root)) == []


def test_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as squatter:
        squatter.bind((HOST, 0))
        squatter.listen()
        port = squatter.getsockname()[1]
        observer = replace(prometheus_server.OBSERVER, ports={"http": port})

        assert str(port) in (observer.obstacle(tmp_path) or "")


def test_missing_prometheus_names_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    obstacle = prometheus_server.OBSERVER.obstacle(tmp_path) or ""
    assert "Debian package: prometheus" in obstacle


def test_local_prometheus_scrapes_services_as_in_containers() -> None:
    """Rules and dashboards know them by job and service."""
    path = REPOSITORY / "observability" / "prometheus" / "prometheus.yml"
    in_containers = yaml.safe_load(path.read_text())

    assert watched(prometheus_server.configuration(9090, PORTS)) == watched(
        in_containers
    )


def watched(configuration: dict[str, Any]) -> set[str]:
    return {
        f"{target['labels']['service']}:{target['targets'][0].split(':')[1]}"
        for job in configuration["scrape_configs"]
        if job["job_name"] == "services"
        for target in job["static_configs"]
    }
