"""The people and the products of one run: new ones for each seed."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from math import inf
from random import Random
from typing import TypeVar

from chassis.polling import eventually
from tools.client.services import Services
from tools.client.shop import Person, Shop
from tools.faults.client_log import ClientLog
from tools.faults.retrying_client import ANSWER_SECONDS, RetryingClient

BUYERS = 4
# Enough for all buyers, and too little, so that orders are rejected and the owner is
# notified.
AMPLE, SCARCE = 100_000, 12
# The time for clients to finish what they have begun.
GRACE_SECONDS = 20.0
# For each person or product: the platform may still be busy with the previous run.
SET_UP_SECONDS = 60.0

Made = TypeVar("Made")


@dataclass
class Scene:
    """
    Attributes:
        shop: the services through the gateway.
        direct_shop: the services at their own ports.
        ends_at: when clients begin nothing more, on the monotonic clock.
        placed: ids of orders that may be shipped.
    """

    seed: int
    shop: Shop
    direct_shop: Shop
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
        """Returns whether it is too late even for requests already begun."""
        return time.monotonic() >= self.ends_at + GRACE_SECONDS

    def choice(self, name: str) -> Random:
        """Returns the random choices of one client, the same for the same seed."""
        return Random(f"{self.seed} {name}")

    def retrying(self, choice: Random) -> RetryingClient:
        return RetryingClient(choice, lambda: self.is_closed)

    def services(
        self, person: Person | None = None, *, direct: bool = False
    ) -> Services:
        """Returns clients with the person's token; None is an anonymous client.

        Args:
            direct: whether they do not use the gateway.
        """
        shop = self.direct_shop if direct else self.shop
        services = shop.services.limited_to(ANSWER_SECONDS)
        return services.signed_in(person.token) if person else services


async def set_up(shop: Shop, direct_shop: Shop, seed: int) -> Scene:
    """Creates all people and products, before the first fault."""
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
    people = (seller, admin, buyers)
    return Scene(seed, shop, direct_shop, *people, ample, scarce, log)


async def _surely(make: Callable[[], Awaitable[Made]]) -> Made:
    return await eventually(make, within=SET_UP_SECONDS, every=1.0)
