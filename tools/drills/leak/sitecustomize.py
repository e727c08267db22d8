"""Keeps more memory each second, in a Python that has this folder on its path."""

import threading
import time

BYTES = 4 * 1024**2
# The end of the leak: the machine must survive a drill that somebody forgot.
MOST = 75
KEPT: list[bytes] = []


def leak() -> None:
    while len(KEPT) < MOST:
        KEPT.append(b"x" * BYTES)
        time.sleep(1)


threading.Thread(target=leak, daemon=True).start()
