"""Loki, Alloy and Jaeger in local mode: found where they are, missed by nothing."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.local import alloy_agent, installed, jaeger_server, loki_server, observers
from tools.local.assembly import assemble
from tools.local.layout import Layout
from tools.local.ports import SERVICE_PORTS, assign
from tools.local.summary import observer_lines

NAMES = ("loki", "alloy", "jaeger")
PATH = os.environ["PATH"]
OTHER = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}


@pytest.fixture(autouse=True)
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    for name in NAMES:
        monkeypatch.delenv(name.upper(), raising=False)


Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path) -> Install:
    def create(*names: str) -> None:
        for name in names:
            program = tmp_path / "bin" / name
            program.parent.mkdir(exist_ok=True)
            program.write_text("#!/bin/sh\n")
            program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return create


@pytest.fixture
def with_stores(
    tmp_path: Path, install: Install, monkeypatch: pytest.MonkeyPatch
) -> Layout:
    """The root of a platform, on a machine with the stores and Jaeger."""
    install("jaeger")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{PATH}")
    layout = Layout(tmp_path / "root")
    layout.create()
    assign(layout.ports)
    return layout


def test_missing_programs_change_nothing(tmp_path: Path) -> None:
    assert observers.unobstructed(tmp_path) == {}
    lines = list(observer_lines(tmp_path, running=()))
    assert [line.split()[0] for line in lines] == ["Prometheus"]


def test_installed_programs_are_listed(tmp_path: Path, install: Install) -> None:
    install(*NAMES)
    lines = list(observer_lines(tmp_path, running=NAMES))
    assert [line.split() for line in lines[1:]] == [
        ["Jaeger", "http://localhost:16686"],
        ["Loki", "http://localhost:3100"],
        ["Alloy", "http://localhost:12345"],
    ]


def test_alloy_does_not_run_without_loki(tmp_path: Path, install: Install) -> None:
    install("alloy", "jaeger")
    assert set(observers.unobstructed(tmp_path)) == {"jaeger"}
    assert "it needs loki" in observers.obstacles(tmp_path)["alloy"]


def test_variable_names_program(
    tmp_path: Path, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("loki-3.7")
    monkeypatch.setenv("LOKI", str(tmp_path / "bin" / "loki-3.7"))
    assert installed.loki() == tmp_path / "bin" / "loki-3.7"


@pytest.mark.parametrize(
    ("given", "is_there", "collector"),
    [
        ({}, True, "http://127.0.0.1:4318"),
        ({}, False, None),
        (OTHER, True, "http://collector:4318"),
    ],
)
def test_services_export_spans_to_jaeger_if_it_runs(
    with_stores: Layout,
    given: dict[str, str],
    is_there: bool,
    collector: str | None,
) -> None:
    watching = {jaeger_server.NAME: jaeger_server.PORTS} if is_there else {}
    parts = assemble(with_stores, SERVICE_PORTS, given, watching)
    for service in SERVICE_PORTS:
        environment = parts.programs[service].environment
        assert environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") == collector
    assert (jaeger_server.NAME in parts.programs) == is_there


def test_observers_use_separate_ports() -> None:
    ports = [
        port
        for module in (loki_server, alloy_agent, jaeger_server)
        for port in module.PORTS.values()
    ]
    assert len(ports) == len(set(ports) - set(SERVICE_PORTS.values()))
