"""The doctor says in a line what is wrong with the machine, and what to do."""

import errno
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import psutil
import pytest

from local import doctor
from local.__main__ import refused_by_disk
from local.layout import REPOSITORY

Usage = namedtuple("Usage", "total used free")


def bad(root: Path) -> dict[str, str]:
    return {f.name: f.advice for f in doctor.examine(root) if f.advice is not None}


def test_every_finding_is_one_line_and_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local", "doctor"],
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
        monkeypatch.setattr(doctor, "SERVICE_PORTS", {"user-service": port})
        assert "user-service needs it" in bad(tmp_path)["port"]


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
def test_folder_that_cannot_be_made_is_said_in_a_sentence(command: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-m", "local", command],
        cwd=REPOSITORY,
        env={"LOCAL_ROOT": "/sys/pannier"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "error: /sys/pannier" in done.stderr
    assert "LOCAL_ROOT=" in done.stderr


def test_full_disk_is_said_in_a_sentence() -> None:
    error = OSError(errno.ENOSPC, "No space left on device", "/x/ports.json")
    advice = refused_by_disk(error)
    assert advice is not None
    assert advice.startswith("/x/ports.json: No space left on device. Free some space")
    assert refused_by_disk(OSError(errno.ECONNREFUSED, "refused")) is None
