"""Probes of what a service depends on."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from chassis._shared_task import start_shared
from chassis._time_limit import time_limit

log = structlog.get_logger(__name__)

Probe = Callable[[], Awaitable[None]]
"""Raises if the dependency does not answer."""

PROBE_SECONDS = 1.0


class Probes:
    """Probes each dependency once at a time, so that callers cannot flood it.

    A caller joins a probe that is in progress. A probe that has ended is never used
    again, because the dependency may have failed since.
    """

    def __init__(self) -> None:
        self._in_progress: dict[str, asyncio.Task[bool]] = {}

    async def succeeds(self, name: str, probe: Probe) -> bool:
        """Returns whether the dependency of that name answers."""
        shared = self._in_progress.get(name)
        if shared is None or shared.done():
            shared = self._in_progress[name] = start_shared(_succeeds(name, probe))
        return await asyncio.shield(shared)


async def _succeeds(name: str, probe: Probe) -> bool:
    try:
        async with time_limit(PROBE_SECONDS):
            await probe()
    except Exception as error:  # any error of a probe means "down"
        log.warning("probe_failed", check=name, error=type(error).__name__)
        return False
    return True
