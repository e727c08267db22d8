"""Which processes belong to a platform, also when nothing remembers starting them."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from local.errors import PlatformError
from local.polling import wait_until
from local.ports import listener

# Every process of a platform inherits this variable, with the platform's root.
MARK = "PANNIER_ROOT"


def belongs(process: psutil.Process, root: Path) -> bool:
    try:
        if process.environ().get(MARK) == str(root):
            return True
        # PostgreSQL's backends write their titles over their environment.
        return process.name() == "postgres" and process.cwd() == str(root / "postgres")
    except psutil.Error:
        return False


def stranger_at(port: int, root: Path) -> str | None:
    """Who listens on the port and is not of this platform, in words."""
    taken, process = listener(port)
    if not taken or (process and belongs(process, root)):
        return None
    return f"{process.name()} (process {process.pid})" if process else "a program"


def of_platform(root: Path) -> Iterator[psutil.Process]:
    return (process for process in psutil.process_iter() if belongs(process, root))


def end_all(root: Path, grace: float = 5.0) -> None:
    def none_left() -> bool:
        return next(of_platform(root), None) is None

    for end in (psutil.Process.terminate, psutil.Process.kill):
        for process in of_platform(root):
            with suppress(psutil.NoSuchProcess):
                end(process)
        if wait_until(none_left, grace):
            return
    survivors = ", ".join(str(process.pid) for process in of_platform(root))
    raise PlatformError(f"These processes survived SIGKILL: {survivors}")
