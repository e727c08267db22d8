"""The pages of the shop, for tests of what holds for each of them."""

import uuid

import aio_pika
from playwright.async_api import expect

from chassis.testing import eventually
from tests.storefront.visitor import Visitor
from tools.client.shop import Person, Shop
from tools.local.lifecycle import Platform

PUBLIC = (
    "/",
    "/products",
    "/products?q=nothing-fits",
    "/cart",
    "/sign-in",
    "/sign-up",
    "/nowhere",
)


async def open_loaded(visitor: Visitor, path: str) -> None:
    """Opens a page and waits for its content."""
    await visitor.open(path)
    loading = visitor.page.locator(".skeleton, [aria-busy=true]")
    await expect(loading).to_have_count(0)


async def sign_in_for_all_pages(
    visitor: Visitor, shop: Shop, platform: Platform
) -> tuple[str, ...]:
    """Signs in as an administrator who also sells and orders.

    Returns:
        the pages for signed-in users, each with something to show.
    """
    admin = await shop.appoint()
    lamp = await shop.sell(admin, quantity=9)
    order = (await shop.order(admin, lamp)).json()
    await dead_letter(shop, platform, admin)
    await visitor.sign_in(admin.username, "/account")
    await visitor.put_in_cart(lamp)
    return (
        f"/products/{lamp}",
        "/cart",
        "/checkout",
        "/orders",
        f"/orders/{order['id']}",
        "/notifications",
        "/account",
        "/sell",
        "/sell/new",
        f"/sell/{lamp}",
        "/admin/orders",
        "/admin/users",
        "/admin/dead-letters",
    )


async def dead_letter(shop: Shop, platform: Platform, admin: Person) -> None:
    """Publishes a message that notification-service cannot read, and waits for it."""
    letter_id = str(uuid.uuid4())
    url = platform.environment("notification-service")["RABBITMQ_URL"]
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange("order_events")
        nonsense = aio_pika.Message(b'{"order": 17}', message_id=letter_id)
        # Twice: a publisher repeats a message whose confirm was lost.
        for _ in range(2):
            await exchange.publish(nonsense, "order.created")

    async def is_listed() -> bool:
        path = f"/dead-letters/{letter_id}"
        answer = await shop.notifications.get(path, headers=admin.headers)
        return answer.status_code == 200

    await eventually(is_listed, within=30)
