"""The people and the products of one run: new ones for each seed."""

import asyncio
import time
from dataclasses import dataclass, field
from math import inf
from random import Random

import httpx

from faults.asking import Asking
from faults.told import Told
from tests.shop import Person, Shop

BUYERS = 4
# Enough for everybody; and so little that orders are refused and its owner is told.
AMPLE, SCARCE = 100_000, 12
# In which clients may finish what they have begun, once all is well.
GRACE_SECONDS = 20.0


@dataclass(frozen=True)
class Placed:
    """An order that its customer was told of."""

    order_id: int
    customer: Person


@dataclass
class Scene:
    """
    Attributes:
        ends_at: when clients begin nothing more, on the monotonic clock.
        last_call: when they give up what they have begun, too.
        placed: what may be cancelled and shipped.
    """

    seed: int
    ends_at: float
    shop: Shop
    seller: Person
    admin: Person
    buyers: list[Person]
    ample: list[int]
    scarce: list[int]
    told: Told
    placed: list[Placed] = field(default_factory=list)
    last_call: float = inf

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends_at

    def is_well_again(self) -> None:
        """From now on, whoever still waits for an answer should get one."""
        self.last_call = max(time.monotonic(), self.ends_at) + GRACE_SECONDS

    def choice(self, name: str) -> Random:
        """What this client chooses by, the same for the same seed."""
        return Random(f"{self.seed} {name}")

    def asking(self, choice: Random, person: Person | None) -> Asking:
        headers = person.headers if person else {}
        return Asking(choice, lambda: time.monotonic() >= self.last_call, headers)

    @property
    def orders(self) -> httpx.AsyncClient:
        return self.shop.orders

    @property
    def products(self) -> httpx.AsyncClient:
        return self.shop.products


async def set_up(shop: Shop, seed: int, seconds: float) -> Scene:
    """Makes everybody and everything, while all is well."""
    since = time.time()
    seller, admin = await shop.register(), await shop.administrator()
    buyers = list(await asyncio.gather(*(shop.register() for _ in range(BUYERS))))
    ample = [await shop.sell(seller, AMPLE) for _ in range(3)]
    scarce = [await shop.sell(seller, SCARCE) for _ in range(2)]
    told = Told(
        since=since,
        people={person.user_id for person in (seller, *buyers)},
        initial=dict.fromkeys(ample, AMPLE) | dict.fromkeys(scarce, SCARCE),
    )
    ends_at = time.monotonic() + seconds
    return Scene(seed, ends_at, shop, seller, admin, buyers, ample, scarce, told)
