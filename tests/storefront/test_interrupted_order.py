"""An order that was left without an answer is placed only if its customer wants it."""

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.storefront.visitor import ORDER_BUTTON, THANKS, Visitor
from tools.client.shop import Shop

pytestmark = pytest.mark.slow

ORDERS = "**/api/v1/orders"
SENT_WITHIN_SECONDS = 10.0


async def leave_and_want_more(visitor: Visitor) -> None:
    """Leaves the checkout before the order arrives, and returns with another cart."""
    is_sent = asyncio.Event()

    async def hold(_: Route) -> None:
        is_sent.set()

    await visitor.page.route(ORDERS, hold)
    await visitor.button(ORDER_BUTTON).click()
    await asyncio.wait_for(is_sent.wait(), SENT_WITHIN_SECONDS)
    await visitor.open("/cart")
    await visitor.page.unroute(ORDERS)
    await visitor.button("One Brass lamp more").click()
    await visitor.open("/checkout")
    question = visitor.page.get_by_role("alert")
    await expect(question).to_contain_text("An earlier order has no answer yet")
    await expect(question).to_contain_text("1 \N{MULTIPLICATION SIGN} Brass lamp")
    await expect(visitor.button(ORDER_BUTTON)).to_have_count(0)


@pytest.mark.parametrize(
    ("choice", "ordered"), [("Order it now", 1), ("Do not order it", 2)]
)
async def test_customer_decides_about_interrupted_order(
    visitor: Visitor, shop: Shop, choice: str, ordered: int
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=3)
    await visitor.reach_checkout(lamp)
    await leave_and_want_more(visitor)

    await visitor.button(choice).click()
    if choice == "Do not order it":
        await visitor.button(ORDER_BUTTON).click()

    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lamp, reserved=ordered, available=3 - ordered)
