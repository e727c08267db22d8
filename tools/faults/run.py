"""Runs one seed: clients send requests during faults, and the audit follows at rest."""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.polling import eventually
from tools.client.shop import Shop
from tools.faults.admin_actions import fill_shelves, open_accounts, ship
from tools.faults.audit import Check, audit
from tools.faults.customers import Customer
from tools.faults.fault_injection import Trouble, carry_out
from tools.faults.reading import Reader, count_dead_letters, with_mails
from tools.faults.scene import Scene, set_up
from tools.faults.schedule import schedule
from tools.faults.snapshot import Stored
from tools.local.lifecycle import Platform

CUSTOMERS = 8
# The others show that the services answer while the gateway is away.
THROUGH_GATEWAY = 4
# Longer than any unfinished work takes: an order without a response is withdrawn after
# 20 s, and an event is retried at least every 30 s.
REST_SECONDS = 90.0
# Waiting processes per processor. Above this number, processes wait too long for
# measured times to count.
BUSY = 4.0


@dataclass(frozen=True)
class Outcome:
    """
    Attributes:
        rested_after: how long it took, once the clients were done: seconds.
    """

    seed: int
    checks: Sequence[Check]
    troubles: Sequence[Trouble]
    rested_after: float

    @property
    def wrong(self) -> int:
        return sum(len(check.wrong) for check in self.checks)


async def run(platform: Platform, seed: int, seconds: float) -> Outcome:
    before = await count_dead_letters(platform)
    async with (
        Shop(platform, through_gateway=True) as shop,
        Shop(platform) as direct_shop,
    ):
        scene = await set_up(shop, direct_shop, seed)
        load = _load()
        troubles = await _trade(platform, scene, seconds)
        load = max(load, _load())
    begin = time.monotonic()
    stored = await _at_rest(Reader(platform, scene.log))
    rested_after = time.monotonic() - begin
    added = await count_dead_letters(platform) - before
    stored = await with_mails(platform, scene.log, replace(stored, dead_letters=added))
    checks = audit(scene.log, stored, troubles, in_time=load < BUSY)
    return Outcome(seed, checks, troubles, rested_after)


async def _trade(platform: Platform, scene: Scene, seconds: float) -> list[Trouble]:
    """Traffic for so long, and on a slow machine until the last fault is over."""
    begin = time.monotonic()
    customers = [
        Customer(
            scene,
            f"customer {n}",
            scene.buyers[n % len(scene.buyers)],
            direct=n >= THROUGH_GATEWAY,
        )
        for n in range(CUSTOMERS)
    ]
    async with asyncio.TaskGroup() as everybody:
        for customer in customers:
            everybody.create_task(customer.go_shopping())
        for work in (ship, fill_shelves, open_accounts):
            everybody.create_task(work(scene))
        troubles = await carry_out(platform, schedule(scene.seed, seconds))
        scene.ends_at = max(time.monotonic(), begin + seconds)
    return troubles


def _load() -> float:
    """The load of the last minute, for each processor."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)


async def _at_rest(reader: Reader) -> Stored:
    """Returns the snapshot once no work is pending, or when time is up."""
    stored = await reader.read()

    async def check() -> bool:
        nonlocal stored
        stored = await reader.read()
        return not any(stored.unfinished())

    try:
        await eventually(check, within=REST_SECONDS, every=1.0)
    except AssertionError:
        # The audit says what is left.
        return stored
    return stored
