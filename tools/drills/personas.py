"""The people who use the platform during a drill.

Together they send some ten requests a second, only to the running platform.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from random import Random

import httpx

from tools.client.generated.product_service import CatalogueOrder
from tools.client.service import UnexpectedAnswer
from tools.client.services import Services
from tools.client.shop import PASSWORD, Address, Person, Shop

PATIENCE_SECONDS = 5.0
IMPATIENCE_SECONDS = 0.3
# Each persona pauses for a second on average, at most for two.
LONGEST_PAUSE = 2.0
WORDS = ("lamp", "brass", "chair", "wool", "kettle", "lmap", "oak", "tea", "map")
SORTS: tuple[CatalogueOrder, ...] = ("name", "-name", "price", "-price")
STOCK = 100_000


@dataclass
class Crowd:
    """
    Attributes:
        lamps: the products that buyers order.
    """

    shop: Shop
    seller: Person
    buyers: list[Person]
    lamps: list[int]
    choice: Random

    def services(self, person: Person | None = None) -> Services:
        services = self.shop.services.limited_to(PATIENCE_SECONDS)
        return services.signed_in(person.token) if person else services

    async def browse(self) -> None:
        """A browser reads a page of the catalogue, or searches it."""
        products = self.services().products
        lowest = self.choice.randrange(10_000) / 100
        if self.choice.random() < 0.5:
            sort = self.choice.choice(SORTS)
            await products.list_products(sort=sort, min_price=lowest)
        else:
            await products.list_products(q=self.choice.choice(WORDS), min_price=lowest)

    async def buy(self) -> None:
        """A buyer logs in from time to time, and orders."""
        place = self.choice.randrange(len(self.buyers))
        if self.choice.random() < 0.2:
            name = self.buyers[place].username
            self.buyers[place] = await self.shop.log_in(
                self.buyers[place].user_id, name, PASSWORD
            )
        await self._order(self.services(self.buyers[place]))

    async def sell(self) -> None:
        """The seller restocks a product and reads the catalogue of their own."""
        products = self.services(self.seller).products
        lamp = self.choice.choice(self.lamps)
        answer = await products.restock_product(
            lamp, {"quantity": 1, "reason": "drill"}
        )
        if answer.status == 401:
            self.seller = await self.shop.log_in(
                self.seller.user_id, self.seller.username, PASSWORD
            )
        await products.list_products(owner="me")

    async def hurry(self) -> None:
        """An impatient buyer gives up soon, and orders again at once."""
        buyer = self.choice.choice(self.buyers)
        hasty = self.services(buyer).limited_to(IMPATIENCE_SECONDS)
        with suppress(httpx.TimeoutException):
            await self._order(hasty)
        with suppress(httpx.TimeoutException):
            await self._order(hasty)

    async def attack(self) -> None:
        """A malicious client sends forged tokens, odd input and other people's ids."""
        forged = self.services().signed_in("eyJhbGciOiJub25lIn0.e30.")
        await forged.orders.list_orders()
        await self.services().products.list_products(q="' OR 1=1 --", limit=100)
        buyer = self.services(self.choice.choice(self.buyers))
        await buyer.orders.get_order(self.choice.randrange(1, 1000))

    async def _order(self, services: Services) -> None:
        lamp = self.choice.choice(self.lamps)
        await services.orders.place_order(
            {"items": [{"product_id": lamp, "quantity": 1}]}
        )


PERSONAS: tuple[tuple[Callable[[Crowd], Awaitable[None]], int], ...] = (
    (Crowd.browse, 4),
    (Crowd.buy, 4),
    (Crowd.sell, 1),
    (Crowd.hurry, 1),
    (Crowd.attack, 1),
)


@asynccontextmanager
async def gathered(
    address: Address, *, through_gateway: bool = False
) -> AsyncIterator[Crowd]:
    """New people and products, made while all is well."""
    async with Shop(address, through_gateway=through_gateway) as shop:
        seller, *buyers = [await shop.register() for _ in range(4)]
        lamps = [await shop.sell(seller, STOCK) for _ in range(3)]
        yield Crowd(shop, seller, buyers, lamps, Random())


@asynccontextmanager
async def at_work(crowd: Crowd) -> AsyncIterator[None]:
    """All personas use the platform for as long as this lasts."""
    tasks = [
        asyncio.create_task(_keep_on(crowd, act))
        for act, count in PERSONAS
        for _ in range(count)
    ]
    try:
        yield
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_on(crowd: Crowd, act: Callable[[Crowd], Awaitable[None]]) -> None:
    while True:
        # A broken platform answers with errors, or not at all.
        with suppress(httpx.TransportError, UnexpectedAnswer):
            await act(crowd)
        await asyncio.sleep(crowd.choice.uniform(0, LONGEST_PAUSE))
