"""Finds the processes of a platform, even without its supervisor."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from tools.local.errors import PlatformError
from tools.local.polling import wait_until
from tools.local.ports import listener

ROOT = "PANNIER_ROOT"
IDENTITY = "PANNIER_ROOT_IDENTITY"
SUPERVISORD = Path(__file__).with_name("supervisord.py")
# No process survives SIGKILL, but on a busy machine one may not be gone at once.
KILL_SECONDS = 10.0


@dataclass(frozen=True)
class Mark:
    """Marks the processes of a platform, which inherit it in their environment.

    Attributes:
        root: the path of the platform's root when the process was started.
        identity: which folder that was. A folder that is moved keeps its identity, and
            a copy gets another one.
    """

    root: str
    identity: str

    @classmethod
    def of(cls, root: Path) -> Self:
        return cls(str(root), identity(root))

    @classmethod
    def on(cls, process: psutil.Process) -> Self | None:
        try:
            environment = process.environ()
        except (psutil.Error, OSError):
            return None
        if (root := environment.get(ROOT)) is None:
            return None
        return cls(root, environment.get(IDENTITY, ""))

    def environment(self) -> dict[str, str]:
        return {ROOT: self.root, IDENTITY: self.identity}


def identity(folder: Path) -> str:
    """Device and inode of the folder; empty if it is not there."""
    try:
        status = folder.stat()
    except OSError:
        return ""
    return f"{status.st_dev}:{status.st_ino}"


def belongs(process: psutil.Process, root: Path) -> bool:
    if mark := Mark.on(process):
        if mark.identity and mark.identity == identity(root):
            return True
        # A folder that was here is deleted now, unless it was moved elsewhere.
        return mark.root == str(root) and home(mark) is None
    try:
        # PostgreSQL's backends write their titles over their environment.
        return process.name() == "postgres" and process.cwd() == str(root / "postgres")
    except psutil.Error:
        return False


def is_supervisord(process: psutil.Process) -> bool:
    try:
        return any(Path(word).name == SUPERVISORD.name for word in process.cmdline())
    except psutil.Error:
        return False


def home(mark: Mark) -> Path | None:
    """The folder that the mark means, wherever it is now, if its supervisor runs."""
    if supervisord := supervisor_of(mark):
        with suppress(psutil.Error):
            folder = Path(supervisord.cwd())
            return folder if identity(folder) == mark.identity else None
    return None


def supervisor_of(mark: Mark) -> psutil.Process | None:
    for process in filter(is_supervisord, psutil.process_iter()):
        if Mark.on(process) == mark:
            return process
    return None


@dataclass(frozen=True)
class Stranger:
    """A program that has a port and is not of this platform.

    Attributes:
        name: which one it is.
        cure: what ends it.
    """

    name: str
    cure: str = (
        "end it first; `make dev` ends with Ctrl-C, containers with `make down "
        "MODE=docker`"
    )


def stranger_at(port: int, root: Path | None) -> Stranger | None:
    """The program that has the port; without a root every program is a stranger."""
    taken, process = listener(port)
    if not taken or (process and root and belongs(process, root)):
        return None
    return _stranger(process) if process else Stranger("a program")


def _stranger(process: psutil.Process) -> Stranger:
    name = f"{process.name()} (process {process.pid})"
    mark = Mark.on(process)
    if mark is None:
        return Stranger(name)
    if folder := home(mark):
        return Stranger(f"the platform in {folder}", "`make down` there stops it")
    if supervisord := supervisor_of(mark):
        gone = f"the platform of {mark.root}, which was deleted"
        return Stranger(gone, f"`kill {supervisord.pid}` stops it")
    return Stranger(
        f"{name}, left over from {mark.root}", f"`kill {process.pid}` ends it"
    )


def of_platform(root: Path) -> Iterator[psutil.Process]:
    return (process for process in psutil.process_iter() if belongs(process, root))


def end_all(root: Path, grace: float = 5.0) -> bool:
    """Ends every process of the platform; returns whether there was one.

    Args:
        grace: seconds for them to end by themselves.
    """

    def none_left() -> bool:
        return next(of_platform(root), None) is None

    if none_left():
        return False
    ways = (psutil.Process.terminate, grace), (psutil.Process.kill, KILL_SECONDS)
    for end, seconds in ways:
        for process in of_platform(root):
            with suppress(psutil.NoSuchProcess):
                end(process)
        if wait_until(none_left, seconds):
            return True
    survivors = ", ".join(str(process.pid) for process in of_platform(root))
    raise PlatformError(f"These processes survived SIGKILL: {survivors}")
