"""Keeps more memory all the time, in a Python that has this folder on its path."""

import os
import threading
import time
from pathlib import Path

PIECE = 1024**2
# Fast until the alert fires, and then for a quarter of an hour.
FAST, FAST_PAUSE = 290e6, 0.25
SLOW_PAUSE = 12.0
# The end of the leak, below the limit of a container: the service is not killed.
MOST = 370e6
KEPT: list[bytes] = []


def leak() -> None:
    while (needed := resident_bytes()) < MOST:
        KEPT.append(b"x" * PIECE)
        time.sleep(FAST_PAUSE if needed < FAST else SLOW_PAUSE)


def resident_bytes() -> int:
    _, pages, *_ = Path("/proc/self/statm").read_text().split()
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


threading.Thread(target=leak, daemon=True).start()
