"""`make dev`: a service in the foreground, started anew when its code changes."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from multiprocessing.context import SpawnProcess
from pathlib import Path

import psutil
import pytest

from tools.local.__main__ import standing
from tools.local.backup import back_up
from tools.local.development import develop
from tools.local.errors import PortTaken
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.polling import wait_until
from tools.local.termination import unwind_at_signals

SERVICE = "order-service"
SECONDS = 60


def develop_at(root: Path, ports: Mapping[str, int], said: Path) -> None:
    """In a process group of its own, as in a terminal."""
    os.setpgrp()
    with said.open("w") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    unwind_at_signals()
    platform = Platform(root, ports, given={}, report=print)
    raise SystemExit(develop(platform, SERVICE))


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dev") / "said"


@pytest.fixture(scope="module")
def developer(platform: Platform, said: Path) -> Iterator[SpawnProcess]:
    """Runs `make dev` until the service responds; the last test ends it."""
    arguments = (platform.layout.root, platform.service_ports, said)
    process = multiprocessing.get_context("spawn").Process(
        target=develop_at, args=arguments
    )
    process.start()
    try:
        assert wait_until(lambda: stands_aside(platform), SECONDS)
        platform.wait_ready(SERVICE)
        yield process
    finally:
        if process.is_alive():
            process.terminate()
        process.join(SECONDS)
        platform.wait_ready(SERVICE)


def stands_aside(platform: Platform) -> bool:
    return platform.states()[SERVICE].name == "STOPPED"


def workers(developer: SpawnProcess) -> set[int]:
    """Returns the processes that serve; uvicorn replaces them when code changes."""
    assert developer.pid
    started = psutil.Process(developer.pid).children(recursive=True)
    return {process.pid for process in started if is_worker(process)}


def is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in str(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def test_changed_file_restarts_service(
    platform: Platform, developer: SpawnProcess
) -> None:
    before = workers(developer)
    assert before
    (REPOSITORY / SERVICE / "app" / "main.py").touch()
    assert wait_until(lambda: bool(workers(developer) - before), SECONDS)
    platform.wait_ready(SERVICE)


def test_debugger_reads_from_terminal(developer: SpawnProcess) -> None:
    assert developer.pid
    groups = {os.getpgid(pid) for pid in workers(developer)}
    assert groups == {os.getpgid(developer.pid)}


@pytest.mark.usefixtures("developer")
def test_dev_service_is_shown_and_blocks_backup(
    platform: Platform, tmp_path: Path
) -> None:
    def is_shown() -> bool:
        return [SERVICE, "DEV", "-", "healthy"] in map(str.split, standing(platform))

    assert wait_until(is_shown, SECONDS)
    pids = {name: platform.pid(name) for name in platform.states() if name != SERVICE}
    with pytest.raises(PortTaken, match=SERVICE):
        back_up(platform, tmp_path / "backup")
    assert {name: platform.pid(name) for name in pids} == pids


def test_ctrl_c_starts_service_again(
    platform: Platform, developer: SpawnProcess, said: Path
) -> None:
    assert developer.pid
    os.killpg(developer.pid, signal.SIGINT)
    developer.join(SECONDS)
    assert developer.exitcode == 0
    assert "runs in the foreground" in said.read_text()
    assert platform.states()[SERVICE].name == "RUNNING"
    platform.wait_ready(SERVICE)
