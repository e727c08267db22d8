"""postmaster.pid names a process id that belongs to another program."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.local.lifecycle import Platform
from tools.local.postgres_lock import drop_stale_lock

WAIT = [sys.executable, "-c", "import signal; signal.pause()"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = tmp_path / "postgres"
    data.mkdir()
    return data


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(WAIT) as process:  # noqa: S603 -- every word is our own
        yield process
        process.kill()


def test_lock_of_another_program_is_removed(
    data: Path, stranger: subprocess.Popen[bytes]
) -> None:
    lock = write_lock(data, stranger.pid)
    drop_stale_lock(data)
    assert not lock.exists()


def test_lock_stays_while_data_is_in_use(
    data: Path, stranger: subprocess.Popen[bytes]
) -> None:
    lock = write_lock(data, stranger.pid)
    with subprocess.Popen(WAIT, cwd=data) as child:  # noqa: S603 -- our own words
        drop_stale_lock(data)
        child.kill()
    assert lock.exists()


@pytest.mark.parametrize("content", ["", "4194305\n", "nonsense\n"])
def test_lock_that_postgresql_can_judge_stays(data: Path, content: str) -> None:
    lock = data / "postmaster.pid"
    lock.write_text(content)
    drop_stale_lock(data)
    assert lock.exists()


def test_lock_with_id_of_a_thread_is_removed(data: Path) -> None:
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    assert thread.native_id
    lock = write_lock(data, thread.native_id)
    drop_stale_lock(data)
    ended.set()
    assert not lock.exists()


def write_lock(data: Path, pid: int) -> Path:
    lock = data / "postmaster.pid"
    lock.write_text(f"{pid}\n{data}\n")
    return lock


@pytest.mark.slow
def test_postgresql_starts_though_its_id_was_reused(tmp_path: Path) -> None:
    platform = Platform(tmp_path / "root", given={})
    try:
        server = platform.start(only=["postgres"]).postgres
        lock = platform.layout.data("postgres") / "postmaster.pid"
        _, _, rest = lock.read_text().partition("\n")
        platform.stop()
        with subprocess.Popen(server.as_owner(WAIT)) as stranger:  # noqa: S603
            lock.write_text(f"{stranger.pid}\n{rest}")

            platform.start(only=["postgres"], timeout=30)

            assert stranger.poll() is None
            stranger.kill()
    finally:
        platform.delete()
