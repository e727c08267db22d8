"""supervisord, but it restarts a program as soon as it has ended.

A script: it runs in the folder of the platform's data, where `-m` would not find it.
The original notices the end of a program after a second at most, because Python resumes
a poll that a signal has interrupted; it then restarts the program a second later.
"""

import signal
import socket
from contextlib import closing
from typing import Any

import supervisor.supervisord
from supervisor.supervisord import Supervisor


class PromptSupervisor(Supervisor):  # type: ignore[misc]
    def runforever(self) -> None:
        with closing(PollerWokenBySignals(self.options.poller)) as poller:
            self.options.poller = poller
            super().runforever()

    def reap(self, once: bool = False, recursionguard: int = 0) -> None:
        super().reap(once, recursionguard)
        # Restarts what has just ended, unless it must wait.
        for group in self.process_groups.values():
            group.transition()


class PollerWokenBySignals:
    """One of supervisord's pollers, whose poll returns when a signal arrives."""

    def __init__(self, poller: Any) -> None:
        self._poller = poller
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._reader.close()
        self._writer.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._poller, name)

    def poll(self, timeout: float) -> tuple[list[int], list[int]]:
        wakeup = self._reader.fileno()
        self._poller.register_readable(wakeup)
        readable, writable = self._poller.poll(timeout)
        if wakeup in readable:
            self._reader.recv(1024)
        return [fd for fd in readable if fd != wakeup], writable


if __name__ == "__main__":
    supervisor.supervisord.Supervisor = PromptSupervisor
    supervisor.supervisord.main()
