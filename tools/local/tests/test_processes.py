import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tools.local.polling import wait_until
from tools.local.processes import Mark, end_all, of_platform

Spawn = Callable[[Path], subprocess.Popen[bytes]]
WAIT = "import signal; print(flush=True); signal.pause()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + WAIT


@pytest.fixture
def spawn() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    with ExitStack() as stack:

        def spawn(root: Path, program: str = WAIT) -> subprocess.Popen[bytes]:
            process = stack.enter_context(
                subprocess.Popen(  # noqa: S603
                    [sys.executable, "-c", program],
                    env=os.environ | Mark.of(root).environment(),
                    stdout=subprocess.PIPE,
                )
            )
            stack.callback(process.kill)
            assert process.stdout
            process.stdout.readline()
            return process

        yield spawn


def test_every_process_of_the_platform_ends(spawn: Spawn, tmp_path: Path) -> None:
    process = spawn(tmp_path)

    end_all(tmp_path)

    assert wait_until(lambda: process.poll() is not None, timeout=5)
    assert list(of_platform(tmp_path)) == []


def test_one_that_ignores_sigterm_is_killed(
    spawn: Callable[[Path, str], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    process = spawn(tmp_path, DEAF)

    end_all(tmp_path, grace=0.5)

    assert wait_until(lambda: process.poll() == -9, timeout=5)


def test_end_all_reports_whether_processes_ran(spawn: Spawn, tmp_path: Path) -> None:
    assert not end_all(tmp_path)
    spawn(tmp_path)
    assert end_all(tmp_path)


def test_process_belongs_to_its_folder_after_a_move(
    spawn: Spawn, tmp_path: Path
) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    process = spawn(before)
    before.rename(after)
    assert [found.pid for found in of_platform(after)] == [process.pid]


def test_process_does_not_belong_to_a_copy(spawn: Spawn, tmp_path: Path) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    original.mkdir()
    spawn(original)
    shutil.copytree(original, copy)
    assert list(of_platform(copy)) == []


def test_process_of_deleted_folder_belongs_to_its_successor(
    spawn: Spawn, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    process = spawn(root)
    root.rename(tmp_path / "deleted")
    root.mkdir()
    shutil.rmtree(tmp_path / "deleted")
    assert [found.pid for found in of_platform(root)] == [process.pid]


def test_processes_of_another_platform_stay(spawn: Spawn, tmp_path: Path) -> None:
    other = spawn(tmp_path / "test")

    end_all(tmp_path)

    assert other.poll() is None
