"""What customers do, as requests that can be repeated."""

from dataclasses import dataclass
from itertools import count

import httpx

from chassis.testing import eventually
from tools.bench.measuring import Request
from tools.client.shop import Person, Shop

PRODUCTS = 40
AMPLE = 1_000_000


@dataclass(frozen=True)
class Journeys:
    """A customer who does the same thing again and again."""

    shop: Shop
    customer: Person
    products: list[int]

    @classmethod
    async def prepared(cls, shop: Shop) -> "Journeys":
        seller, customer = await shop.register(), await shop.register()
        products = [await shop.sell(seller, AMPLE) for _ in range(PRODUCTS)]
        return cls(shop, customer, products)

    def order(self) -> Request:
        turn = count()

        async def place() -> None:
            product_id = self.products[next(turn) % len(self.products)]
            _must_be(201, await self.shop.order(self.customer, product_id))

        return place

    async def all_are_notified(self) -> None:
        """Waits until all notifications are sent."""

        async def none_is_pending() -> bool:
            answer = await self.shop.notifications.get(
                "/notifications?status=pending&limit=1", headers=self.customer.headers
            )
            assert _must_be(200, answer).json() == []
            newest = await self.shop.orders.get(
                "/orders?limit=1", headers=self.customer.headers
            )
            [order] = _must_be(200, newest).json()
            notifications = await self.shop.notified(self.customer, order["id"])
            assert [each["status"] for each in notifications] == ["sent"]
            return True

        await eventually(none_is_pending, within=120, every=0.5)


def _must_be(status: int, answer: httpx.Response) -> httpx.Response:
    assert answer.status_code == status, answer.text
    return answer
