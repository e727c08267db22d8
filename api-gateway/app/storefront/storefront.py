"""The storefront as it is served now; a new build replaces it without a restart."""

import asyncio
from pathlib import Path

import structlog

from app.storefront.build import SHELL, Build, read_build, read_obstacle
from app.storefront.files import File

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
ASSETS = "/_app/"


class Storefront:
    """
    Attributes:
        obstacle: why there is no build, if that is known.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._build: Build | None = None
        self._seen: tuple[int, ...] = ()
        self.obstacle: str | None = None

    @property
    def is_built(self) -> bool:
        return self._build is not None

    async def refresh(self) -> int:
        """Reads the build again if it has changed. While there is none, the last one
        stays."""
        seen = self._look()
        if seen != self._seen:
            self._seen = seen
            await self._read()
        return 0

    def find(self, path: str) -> File | None:
        """Returns the file at the path; None if there is none, and for the shell."""
        return None if self._build is None else self._build.files.get(path)

    def shell_for(self, path: str) -> File | None:
        """Returns the shell, which shows every page; a missing script is no page."""
        if self._build is None or path.startswith(ASSETS):
            return None
        return self._build.shell

    def _look(self) -> tuple[int, ...]:
        """Returns what differs after every build."""
        seen = []
        for path in (self._folder, self._folder / SHELL):
            try:
                stat = path.stat()
            except OSError:
                continue
            seen += [stat.st_ino, stat.st_mtime_ns]
        return tuple(seen)

    async def _read(self) -> None:
        self.obstacle = await asyncio.to_thread(read_obstacle, self._folder)
        build = await asyncio.to_thread(read_build, self._folder)
        if build is None:
            if self._build is None:
                log.warning("storefront_missing", folder=str(self._folder))
            return
        self._build = build
        log.info("storefront_loaded", files=len(build.files))
