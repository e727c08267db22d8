"""The doctor says in a line what is wrong with the machine, and what to do."""

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tools.local import doctor, port_findings, prometheus_server
from tools.local.__main__ import refused_by_disk
from tools.local.layout import REPOSITORY
from tools.local.ports import free_ports
from tools.local.processes import Mark

Usage = namedtuple("Usage", "total used free")


Server = Callable[[Path], int]


@pytest.fixture
def server_of() -> Iterator[Server]:
    """Starts a server that belongs to the platform in the folder; returns its port."""
    program = (
        "import socket, time; s = socket.create_server(('127.0.0.1', 0));"
        "print(s.getsockname()[1], flush=True); time.sleep(600)"
    )
    with ExitStack() as stack:

        def start(root: Path) -> int:
            process = stack.enter_context(
                subprocess.Popen(  # noqa: S603 -- our own
                    [sys.executable, "-c", program],
                    env=os.environ | Mark.of(root).environment(),
                    stdout=subprocess.PIPE,
                )
            )
            stack.callback(process.kill)
            assert process.stdout
            return int(process.stdout.readline())

        yield start


def ports(root: Path) -> list[str]:
    return [finding.seen for finding in port_findings.local_ports(root)]


def bad(root: Path) -> dict[str, str]:
    return {f.name: f.advice for f in doctor.examine(root) if f.advice is not None}


def test_every_finding_is_one_line_with_advice(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.local", "doctor"],
        cwd=REPOSITORY,
        env={"LOCAL_ROOT": str(tmp_path / "not there")},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert {line.split()[1] for line in lines} >= {"memory", "disk", "port", "Python"}
    complaints = [line for line in lines if line.startswith("  BAD")]
    assert all(": " in line for line in complaints)
    assert done.returncode == (1 if complaints else 0)
    assert done.stderr == ""


def test_full_disk_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, 0))
    assert "free some space" in bad(tmp_path)["disk"]


def test_little_memory_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Memory = namedtuple("Memory", "available")
    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(1000))
    assert "memory" in bad(tmp_path)


def test_taken_port_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(port_findings, "PORTS", {"user-service": port})
        assert "user-service needs it" in bad(tmp_path)["port"]


def test_port_of_the_platform_itself_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server_of: Server
) -> None:
    port = server_of(tmp_path)
    monkeypatch.setattr(port_findings, "PORTS", {"user-service": port})
    watch_at(port, monkeypatch)
    assert ports(tmp_path) == [
        f"{port} is used by user-service of this platform",
        f"{port} is used by prometheus of this platform",
    ]


def test_port_of_another_platform_names_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server_of: Server
) -> None:
    port = server_of(tmp_path / "other")
    monkeypatch.setattr(port_findings, "PORTS", {"user-service": port})
    (seen, _) = ports(tmp_path)
    assert f"left over from {tmp_path / 'other'}" in seen


def watch_at(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prometheus is the only observer, and uses this port."""
    observer = replace(prometheus_server.OBSERVER, ports={"http": port})
    monkeypatch.setattr(port_findings, "OBSERVERS", (observer,))


def test_port_that_only_prometheus_needs_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server_of: Server
) -> None:
    port = server_of(tmp_path / "other")
    watch_at(port, monkeypatch)
    assert "everything but Prometheus works" in ports(tmp_path)[-1]
    assert str(port) not in str(bad(tmp_path))


def test_all_ports_that_containers_publish_are_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server_of: Server
) -> None:
    """The answers are those of Docker Compose 2.40."""
    taken = server_of(tmp_path / "other")
    (free,) = free_ports(1)
    answers = {
        "config": {
            "services": {
                "mail": {"ports": [{"published": str(taken), "target": 8025}]},
                "jaeger": {"ports": [{"published": str(free), "target": 16686}]},
                "user-service": {"ports": [{"published": "8001", "target": 8001}]},
                "user-db": {},
            }
        },
        "ps": {"Service": "user-service", "Publishers": [{"PublishedPort": 8001}]},
    }
    program = tmp_path / "docker"
    program.write_text(
        "#!/bin/sh\ncase $2 in\n"
        + "".join(f"{w}) echo '{json.dumps(a)}' ;;\n" for w, a in answers.items())
        + "esac\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    mail, jaeger, users = port_findings.docker_ports(tmp_path)
    assert mail.seen.startswith(f"{taken} is in use by ")
    assert (mail.advice or "").startswith("mail needs it; ")
    assert str(jaeger) == f"  ok   port        {free} is free for jaeger"
    assert users.seen == "8001 is used by user-service of this platform"


def test_missing_engine_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (finding,) = port_findings.docker_ports(tmp_path)
    assert finding.advice == "start Docker, or use MODE=local, which needs none"


def test_proxy_in_the_way_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert "no_proxy" in bad(tmp_path)["proxy"]
    monkeypatch.setenv("no_proxy", "localhost")
    assert "proxy" not in bad(tmp_path)


def test_unknown_localhost_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "/etc/hosts" in bad(tmp_path)["names"]


def test_unsupported_python_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    assert "PYTHON=" in bad(tmp_path)["Python"]


def test_missing_program_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "missing", lambda **_: {"redis-server": "No Redis"})
    assert bad(tmp_path)["program"] == "install redis-server"


@pytest.mark.parametrize("command", ["up", "stores"])
def test_folder_that_cannot_be_created_is_explained(command: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "tools.local", command],
        cwd=REPOSITORY,
        env={"LOCAL_ROOT": "/sys/pannier"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "error: /sys/pannier" in done.stderr
    assert "Set LOCAL_ROOT to" in done.stderr


def test_full_disk_is_said_in_a_sentence() -> None:
    error = OSError(errno.ENOSPC, "No space left on device", "/x/ports.json")
    advice = refused_by_disk(error)
    assert advice is not None
    assert advice.startswith("/x/ports.json: No space left on device. Free some space")
    assert refused_by_disk(OSError(errno.ECONNREFUSED, "refused")) is None
