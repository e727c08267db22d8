"""PostgreSQL's lock file after a power loss.

PostgreSQL does not start while a process has the id that postmaster.pid names, whatever
program that is. After a power loss the id may belong to any process of the same user.
"""

import os
from pathlib import Path

import psutil


def drop_stale_lock(data: Path) -> None:
    """Removes the lock file if another program has its process id, and no server runs
    on the data, not even a child of one that is dead."""
    lock = data / "postmaster.pid"
    if lock.exists() and _is_taken(_owner(lock)) and not _is_in_use(data):
        lock.unlink()


def _owner(lock: Path) -> int:
    first = lock.read_text().partition("\n")[0].strip()
    return int(first) if first.isdecimal() else 0


def _is_taken(pid: int) -> bool:
    """Returns whether a process or thread has the id, as PostgreSQL checks it."""
    try:
        if pid > 0:
            os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0


def _is_in_use(data: Path) -> bool:
    """Returns whether a process works in the folder, as all of PostgreSQL's do."""
    return any(
        process.info["cwd"] == str(data) for process in psutil.process_iter(["cwd"])
    )
