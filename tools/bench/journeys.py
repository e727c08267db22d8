"""Requests of customers, which can be repeated."""

from dataclasses import dataclass
from itertools import count

from chassis.polling import eventually
from tools.bench.measuring import Request
from tools.client.shop import Person, Shop

PRODUCTS = 40
AMPLE = 1_000_000


@dataclass(frozen=True)
class Journeys:
    """A customer who repeats the same requests."""

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
            answer = await self.shop.order(self.customer, product_id)
            assert answer.status_code == 201, answer.text

        return place

    async def all_are_notified(self) -> None:
        """Waits until all notifications are sent."""

        services = self.shop.services.signed_in(self.customer.token)

        async def none_is_pending() -> bool:
            pending = await services.notifications.list_notifications(
                status="pending", limit=1
            )
            assert pending.expect(200) == []
            [order] = (await services.orders.list_orders(limit=1)).expect(200)
            notifications = await self.shop.notified(self.customer, order["id"])
            assert [each["status"] for each in notifications] == ["sent"]
            return True

        await eventually(none_is_pending, within=120, every=0.5)
