"""Carries a schedule out, and measures how long each part takes to recover."""

import asyncio
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass

from tools.faults.schedule import PARTS, Fault
from tools.local.errors import NotReady
from tools.local.lifecycle import Platform

RECOVERY_SECONDS = 120
# A machine that takes its time to start a service would else be hurt more often than
# it recovers, and there would be no traffic left to lose.
HURT_AT_ONCE = 2


@dataclass(frozen=True)
class Trouble:
    """One fault as it went; moments are seconds since the epoch.

    Attributes:
        released: when the part was killed, or allowed to go on.
        recovered: when it gave its first right answer after that, if it ever did.
    """

    part: str
    kind: str
    began: float
    released: float
    recovered: float

    @property
    def seconds_to_recover(self) -> float:
        return self.recovered - self.released


async def carry_out(platform: Platform, faults: Iterable[Fault]) -> list[Trouble]:
    """Returns once every part has recovered, or its time is over."""
    begin = time.monotonic()
    turns = {part: asyncio.Lock() for part in PARTS}
    hurt = asyncio.Semaphore(HURT_AT_ONCE)

    async def suffer(fault: Fault) -> Trouble:
        await asyncio.sleep(max(0.0, begin + fault.at - time.monotonic()))
        # A part is hurt again only after it has recovered: else the moments of its
        # recovery would not be those of the fault.
        async with turns[fault.part], hurt:
            return await _suffer(platform, fault)

    return list(await asyncio.gather(*(suffer(fault) for fault in faults)))


async def _suffer(platform: Platform, fault: Fault) -> Trouble:
    began = released = time.time()
    if fault.kind == "kill":
        await asyncio.to_thread(platform.kill, fault.part)
    else:
        with platform.paused(fault.part):
            await asyncio.sleep(fault.lasting)
        released = time.time()
    try:
        await asyncio.to_thread(platform.wait_ready, fault.part, RECOVERY_SECONDS)
    except NotReady:
        recovered = math.inf
    else:
        recovered = time.time()
    return Trouble(fault.part, fault.kind, began, released, recovered)
