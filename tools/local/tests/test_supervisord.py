"""supervisord restarts what has ended at once."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from types import SimpleNamespace

import pytest
from supervisor.poller import Poller

from tools.local.supervisord import PollerWokenBySignals, PromptSupervisor


class RecordingPoller(Poller):  # type: ignore[misc]
    """A poller that keeps what woke it; nothing does if the time has passed."""

    woken_by: tuple[list[int], list[int]]

    def poll(self, timeout: float) -> tuple[list[int], list[int]]:
        found: tuple[list[int], list[int]] = super().poll(timeout)
        self.woken_by = found
        return found


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """Ends when its input ends, which SIGCHLD reports."""
    before = signal.signal(signal.SIGCHLD, lambda *_: None)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as child:  # noqa: S607
        yield child
    signal.signal(signal.SIGCHLD, before)


def test_end_of_a_child_ends_the_poll(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin
    original = RecordingPoller(SimpleNamespace())
    with closing(PollerWokenBySignals(original)) as poller:
        child.stdin.close()
        assert poller.poll(10) == ([], [])
    assert original.woken_by != ([], [])


def test_program_is_restarted_in_the_round_of_its_end() -> None:
    calls: list[str] = []

    def waitpid() -> tuple[None, None]:
        calls.append("waitpid")
        return None, None

    supervisor = PromptSupervisor(SimpleNamespace(waitpid=waitpid))
    group = SimpleNamespace(transition=lambda: calls.append("transition"))
    supervisor.process_groups = {"services": group}
    supervisor.reap()
    assert calls == ["waitpid", "transition"]


def test_overridden_methods_are_those_of_this_version() -> None:
    """After an update compare `runforever` and `reap` with those that override them."""
    assert version("supervisor") == "4.3.0"
