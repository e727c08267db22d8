"""An order whose customer leaves before the answer."""

import asyncio

from playwright.async_api import Route, expect

from tests.storefront.visitor import ORDER_BUTTON, Visitor

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
