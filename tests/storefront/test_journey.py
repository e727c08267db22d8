"""A visitor becomes a customer, on the pages of the shop and a real platform."""

import re

from playwright.async_api import expect

from tests.storefront.visitor import ORDER_BUTTON, THANKS, Visitor
from tools.client.shop import Shop


async def test_visitor_signs_up_orders_and_cancels(
    visitor: Visitor, shop: Shop
) -> None:
    seller = await shop.register()
    lamp = await shop.sell(seller, quantity=3)

    await visitor.open("/")
    search = visitor.page.get_by_role("searchbox").first
    await search.fill("brass lamp")
    await search.press("Enter")
    await visitor.link(re.compile("Brass lamp")).first.click()
    await visitor.sees_title("Brass lamp")

    await visitor.put_in_cart(lamp)
    await visitor.link("To the cart").click()
    await visitor.link("To the checkout").click()
    await (
        visitor.page.get_by_role("main")
        .get_by_role("link", name="Create an account")
        .click()
    )
    await visitor.sign_up()
    await visitor.sees_title("Checkout")
    await visitor.fill_in_address()
    await visitor.button(ORDER_BUTTON).click()
    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lamp, reserved=1, available=2)

    await visitor.link("See the order").click()
    await visitor.button("Cancel the order").first.click()
    dialog = visitor.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Cancel the order").click()
    await expect(visitor.page.get_by_text("Cancelled").first).to_be_visible()
    await shop.is_at_rest(lamp, reserved=0, available=3)


async def test_double_click_orders_once(visitor: Visitor, shop: Shop) -> None:
    lamp = await shop.sell(await shop.register(), quantity=5)
    await visitor.open("/sign-up")
    name = await visitor.sign_up()
    await visitor.put_in_cart(lamp)
    await visitor.open("/checkout")
    await visitor.fill_in_address()

    await visitor.button(ORDER_BUTTON).dblclick()

    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lamp, reserved=1, available=4)
    statuses = await shop.statuses(await shop.sign_in(name))
    assert statuses == {"confirmed": 1}


async def test_customer_is_still_signed_in_after_reload(visitor: Visitor) -> None:
    await visitor.open("/sign-up")
    name = await visitor.sign_up()
    await expect(visitor.page.get_by_text(name).first).to_be_attached()
    await visitor.open("/account")
    await expect(visitor.page.get_by_text(name).first).to_be_attached()
