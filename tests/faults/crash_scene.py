"""An order during a crash, and the state that must follow in the end."""

import email
import email.policy
import json
import uuid
from contextlib import suppress
from dataclasses import dataclass, field

import aio_pika
import httpx
import psycopg

from chassis import DeadLetters, Queue
from chassis.testing import eventually
from tools.client.generated.order_service import OrderLine
from tools.client.services import Services
from tools.client.shop import Person, Shop
from tools.local.lifecycle import Platform

STOCK = 100
PRICE = "19.99"
NOTIFIED = Queue("order_notifications", bindings=[])

# The work of each service that is still pending.
IN_HAND = {
    "user-service": "SELECT to_jsonb(o) FROM outbox o WHERE sent_at IS NULL",
    "product-service": "SELECT to_jsonb(o) FROM outbox o WHERE sent_at IS NULL"
    " UNION ALL SELECT to_jsonb(c) FROM cache_invalidations c",
    "order-service": "SELECT to_jsonb(o) FROM outbox o WHERE sent_at IS NULL"
    " UNION ALL SELECT to_jsonb(o) FROM orders o"
    " WHERE status = 'pending' OR stock LIKE 'due%'",
    "notification-service": "SELECT to_jsonb(n) FROM notifications n"
    " WHERE status = 'pending'",
}


@dataclass
class Scene:
    """A customer, a product, and an order.

    Attributes:
        key: the Idempotency-Key of the order.
    """

    platform: Platform
    shop: Shop
    ada: Person
    lamp: int
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    order_id: int = 0

    @classmethod
    async def begin(cls, platform: Platform, shop: Shop) -> "Scene":
        ada = await shop.register()
        scene = cls(platform, shop, ada, await shop.sell(ada, STOCK, PRICE))
        await scene.is_welcomed_once(ada)
        return scene

    async def is_quiet(self) -> None:
        """Waits until all work is done."""
        for service in IN_HAND:
            await self.is_idle(service)

    async def is_idle(self, service: str) -> None:
        async with await self._database(service) as connection:

            async def check() -> bool:
                in_hand = await connection.execute(IN_HAND[service])
                left = await in_hand.fetchall()
                assert not left, f"{service} has still to do {left}"
                return True

            await eventually(check, within=30)

    async def _database(self, service: str) -> psycopg.AsyncConnection:
        url = self.platform.environment(service)["DATABASE_URL"]
        conninfo = url.replace("postgresql+psycopg", "postgresql")
        return await psycopg.AsyncConnection.connect(conninfo, autocommit=True)

    # Before the crash.

    async def nothing_more(self) -> None:
        return

    async def looks_at_the_catalogue(self) -> None:
        """Brings the product into the cache."""
        assert await self._shown() == STOCK

    # The act that is interrupted.

    async def order(self) -> None:
        with suppress(httpx.TransportError):  # the service may be dead
            await self.shop.order(self.ada, self.lamp, key=self.key)

    async def order_at_a_price_that_is_raised_meanwhile(self) -> None:
        """The order is answered 202, as product-service hangs."""
        with self.platform.paused("product-service"):
            answer = await self._order_at(PRICE)
            assert answer.status_code == 202, answer.text
            self.order_id = answer.json()["id"]
            async with await self._database("product-service") as connection:
                raised = "UPDATE products SET price = price + 1 WHERE id = %s"
                await connection.execute(raised, [self.lamp])

    async def _order_at(self, price: str) -> httpx.Response:
        line: OrderLine = {
            "product_id": self.lamp,
            "quantity": 1,
            "unit_price": price,
        }
        placed = await self._by_ada.orders.place_order(
            {"items": [line]}, idempotency_key=self.key
        )
        return placed.response

    async def order_while_nothing_can_be_stored(self) -> None:
        async with (
            await self._database("notification-service") as connection,
            connection.transaction(),
        ):
            await connection.execute("LOCK TABLE notifications IN SHARE MODE")
            await self.order()
            await self._is_dead(self.shop.notifications)

    async def _is_dead(self, service: httpx.AsyncClient) -> None:
        async def check() -> bool:
            try:
                await service.get("/health/live")
            except httpx.TransportError:
                return True
            return False

        await eventually(check, within=30, every=0.2)

    async def send_nonsense(self) -> None:
        """An event of an unknown type, with our key for its id."""
        event = {"specversion": "1.0", "id": self.key, "source": "/tests"}
        body = json.dumps(event | {"type": "order.lost", "data": {}}).encode()
        async with await aio_pika.connect(self._broker_url) as connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange("order_events")
            message = aio_pika.Message(body, message_id=self.key)
            await exchange.publish(message, "order.created")

    async def cancel(self) -> None:
        with suppress(httpx.TransportError):
            await self._by_ada.orders.cancel_order(self.order_id)

    async def ship(self) -> None:
        admin = await self.shop.administrator()
        with suppress(httpx.TransportError):
            orders = self.shop.services.orders.signed_in(admin.token)
            await orders.change_order_status(self.order_id, {"status": "shipped"})

    async def register(self) -> None:
        with suppress(httpx.TransportError):
            await self.shop.register(self.key)

    # The expected end.

    async def is_ordered_once(self) -> None:
        """The repeated request gets the only order, and its customer is notified."""

        async def placed() -> int | None:
            answer = await self.shop.order(self.ada, self.lamp, key=self.key)
            assert answer.status_code in (201, 202, 409, 503), answer.text
            order_id: int | None = answer.json().get("id")
            return order_id if answer.status_code == 201 else None

        self.order_id = await eventually(placed, within=40, every=0.3)
        await self.shop.is_at_rest(self.lamp, reserved=1, available=STOCK - 1)
        await self._is_notified_of("order.created")
        assert await self.shop.statuses(self.ada) == {"confirmed": 1}

    async def is_ordered_once_and_seen_in_the_catalogue(self) -> None:
        await self.is_ordered_once()

        async def check() -> bool:
            return await self._shown() == STOCK - 1

        await eventually(check, within=5)

    async def _shown(self) -> int:
        product = await self.shop.services.products.read_product(self.lamp)
        return product.expect(200)["quantity"]

    async def is_ordered_once_and_mailed_as_one(self) -> None:
        """The mail may come twice; the Message-ID shows that it is the same."""
        await self.is_ordered_once()
        order = await self.shop.order_of(self.ada, self.order_id)
        mails = [
            email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            for file in self.platform.mail_dir.glob("*.eml")
        ]
        about = [m for m in mails if order["order_number"] in str(m["Subject"])]
        assert len({mail["Message-ID"] for mail in about}) == 1

    async def is_withdrawn(self) -> None:
        """The client got no response, and does not repeat the request."""
        await self.shop.is_at_rest(self.lamp, reserved=1, available=STOCK - 1)
        await self.shop.is_at_rest(self.lamp, reserved=0, available=STOCK)
        assert await self.shop.statuses(self.ada) == {}

    async def is_cancelled_once(self) -> None:
        await self.shop.is_at_rest(self.lamp, reserved=0, available=STOCK)
        await self._is_notified_of("order.created", "order.cancelled")

    async def is_rejected_once(self) -> None:
        """The order stays listed, and its key replays the rejection."""
        await self._is_notified_of("order.rejected")
        await self.shop.is_at_rest(self.lamp, reserved=0, available=STOCK)
        assert await self.shop.statuses(self.ada) == {"cancelled": 1}
        replay = await self._order_at(PRICE)
        assert (replay.status_code, replay.json()["code"]) == (409, "price_changed")
        assert replay.headers["Idempotency-Replayed"] == "true"

    async def is_shipped_once(self) -> None:
        await self.shop.is_at_rest(self.lamp, reserved=0, available=STOCK - 1)
        await self._is_notified_of("order.created", "order.status_changed")

    async def _is_notified_of(self, *events: str) -> None:
        """Each event was published once, and its customer notified."""
        await self.is_idle("order-service")
        async with await self._database("order-service") as connection:
            published = await connection.execute(
                "SELECT routing_key FROM outbox WHERE body::jsonb ->> 'subject' = %s",
                [f"orders/{self.order_id}"],
            )
            assert sorted(row[0] for row in await published.fetchall()) == sorted(
                events
            )
        await self.shop.is_notified_of(self.ada, self.order_id, *events)

    async def is_welcomed_once(self, person: Person) -> None:
        notifications = self.shop.services.notifications.signed_in(person.token)

        async def check() -> bool:
            found = (await notifications.list_notifications()).expect(200)
            notified = [(n["event_type"], n["status"]) for n in found]
            return notified == [("user.registered", "sent")]

        await eventually(check, within=30)

    async def nonsense_is_dead_lettered_and_blocks_no_other(self) -> None:
        await self.is_ordered_once()
        letters = DeadLetters(self._broker_url, NOTIFIED)
        assert (await letters.get(self.key)).attempts == 1

    @property
    def _by_ada(self) -> Services:
        return self.shop.services.signed_in(self.ada.token)

    @property
    def _broker_url(self) -> str:
        return self.platform.environment("notification-service")["RABBITMQ_URL"]

    async def newcomer_is_welcomed_once(self) -> None:
        await self.is_welcomed_once(await self.shop.sign_in(self.key))
