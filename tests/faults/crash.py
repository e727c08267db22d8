"""A process that crashes at a given place, and the platform around it."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.processes import Mark

DEATH_SECONDS = 60


@dataclass(frozen=True)
class Place:
    """A place at which a process dies: see `tests.faults.crashing`."""

    service: str
    when: Literal["before", "after"]
    function: str


class Doomed:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    async def dies(self) -> None:
        """Waits until it has come to its place, and to nothing else."""
        await asyncio.to_thread(self._process.wait, DEATH_SECONDS)
        assert self._process.returncode == -signal.SIGKILL


@asynccontextmanager
async def doomed(platform: Platform, place: Place) -> AsyncIterator[Doomed]:
    """The service of that name is one that dies; in the end it is itself again."""
    await asyncio.to_thread(platform.stop, [place.service])
    process = _start(platform, place)
    try:
        await asyncio.to_thread(platform.wait_ready, place.service)
        yield Doomed(process)
    finally:
        process.kill()
        process.wait()
        await asyncio.to_thread(platform.start, [place.service])


def _start(platform: Platform, place: Place) -> subprocess.Popen[bytes]:
    # By its mark the platform knows it for its own, should it be left behind.
    mark = Mark.of(platform.layout.root).environment()
    environment = {**platform.environment(place.service), **mark}
    with (platform.layout.logs / "crashing.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - every word is our own
            [
                *(sys.executable, "-m", "tests.faults.crashing"),
                *(place.service, place.when, place.function),
            ],
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=log,
        )
