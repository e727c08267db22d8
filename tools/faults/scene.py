"""The people and the products of one run: new ones for each seed."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from math import inf
from random import Random
from typing import TypeVar

from chassis.testing import eventually
from tools.client.shop import Person, Shop
from tools.faults.client_log import ClientLog
from tools.faults.retrying_client import Asking

BUYERS = 4
# Enough for all buyers, and too little, so that orders are rejected and the owner is
# notified.
AMPLE, SCARCE = 100_000, 12
# In which clients may finish what they have begun, when all is well.
GRACE_SECONDS = 20.0
# For each thing that is made beforehand: the run before may have left it busy.
SET_UP_SECONDS = 60.0

Made = TypeVar("Made")


@dataclass
class Scene:
    """
    Attributes:
        ends_at: when clients begin nothing more, on the monotonic clock.
        placed: ids of orders that may be shipped.
    """

    seed: int
    shop: Shop
    seller: Person
    admin: Person
    buyers: list[Person]
    ample: list[int]
    scarce: list[int]
    log: ClientLog
    placed: list[int] = field(default_factory=list)
    ends_at: float = inf

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends_at

    @property
    def is_closed(self) -> bool:
        """Whether it is too late even for what has been begun."""
        return time.monotonic() >= self.ends_at + GRACE_SECONDS

    def choice(self, name: str) -> Random:
        """What this client chooses by, the same for the same seed."""
        return Random(f"{self.seed} {name}")

    def asking(self, choice: Random, person: Person | None) -> Asking:
        headers = person.headers if person else {}
        return Asking(choice, lambda: self.is_closed, headers)


async def set_up(shop: Shop, seed: int) -> Scene:
    """Makes everybody and everything, while all is well."""
    since = time.time()
    seller = await _surely(shop.register)
    admin = await _surely(shop.administrator)
    buyers = [await _surely(shop.register) for _ in range(BUYERS)]
    ample = [await _surely(partial(shop.sell, seller, AMPLE)) for _ in range(3)]
    scarce = [await _surely(partial(shop.sell, seller, SCARCE)) for _ in range(2)]
    log = ClientLog(
        since=since,
        people={person.user_id for person in (seller, *buyers)},
        initial=dict.fromkeys(ample, AMPLE) | dict.fromkeys(scarce, SCARCE),
    )
    return Scene(seed, shop, seller, admin, buyers, ample, scarce, log)


async def _surely(make: Callable[[], Awaitable[Made]]) -> Made:
    return await eventually(make, within=SET_UP_SECONDS, every=1.0)
