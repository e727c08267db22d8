"""Ends a process that a drill has started."""

from contextlib import suppress

import psutil

SECONDS = 90


def end(pid: int, word: str) -> None:
    """Ends the process if it is still the one that the drill started.

    Args:
        pid: 0 for none.
        word: one that is in its command line.
    """
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        if pid and any(word in part for part in process.cmdline()):
            process.terminate()
            with suppress(psutil.TimeoutExpired):
                process.wait(SECONDS)
