import time
from collections.abc import Callable


def wait_until(
    condition: Callable[[], bool], timeout: float, interval: float = 0.1
) -> bool:
    """Returns whether the condition came true within `timeout` seconds."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(interval)
    return True
