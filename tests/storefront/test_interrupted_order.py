"""An order that was left without an answer is placed only if its customer wants it."""

import pytest
from playwright.async_api import expect

from tests.storefront.interrupting import leave_and_want_more
from tests.storefront.visitor import ORDER_BUTTON, THANKS, Visitor
from tools.client.shop import Shop

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("choice", "ordered"), [("Place that order", 1), ("Do not place that order", 2)]
)
async def test_customer_decides_about_interrupted_order(
    visitor: Visitor, shop: Shop, choice: str, ordered: int
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=3)
    await visitor.reach_checkout(lamp)
    await leave_and_want_more(visitor)

    await visitor.page.get_by_role("button", name=choice, exact=True).click()
    if choice == "Do not place that order":
        await expect(visitor.page.locator(":focus")).to_be_visible()
        await visitor.button(ORDER_BUTTON).click()

    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lamp, reserved=ordered, available=3 - ordered)
