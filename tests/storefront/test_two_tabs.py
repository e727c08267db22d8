"""Two tabs of one browser show the same."""

import pytest
from playwright.async_api import expect

from tests.storefront.visitor import Visitor
from tools.client.shop import Shop

pytestmark = pytest.mark.slow


async def second_tab(visitor: Visitor, path: str) -> Visitor:
    other = Visitor(await visitor.page.context.new_page(), visitor.url)
    await other.open(path)
    return other


async def test_signing_out_ends_all_tabs(visitor: Visitor, shop: Shop) -> None:
    user = await shop.register()
    await visitor.sign_in(user.username, "/orders")
    other = await second_tab(visitor, "/account")
    await expect(other.button("Save").first).to_be_visible()

    await visitor.page.locator("summary").filter(has_text="Ada Lovelace").click()
    await visitor.button("Sign out").click()

    for each in (visitor, other):
        await expect(each.page.get_by_text("Sign in to continue")).to_be_visible()


async def test_cart_is_same_in_all_tabs(visitor: Visitor, shop: Shop) -> None:
    lamp = await shop.sell(await shop.register(), quantity=3)
    other = await second_tab(visitor, "/cart")
    await visitor.put_in_cart(lamp)
    await expect(other.link("Brass lamp").first).to_be_visible()

    await other.button("One Brass lamp more").click()

    await expect(visitor.link("Cart, 2 pieces")).to_be_visible()


async def test_order_that_another_tab_cancels_is_shown_cancelled(
    visitor: Visitor, shop: Shop
) -> None:
    customer = await shop.register()
    lamp = await shop.sell(await shop.register(), quantity=2)
    order = (await shop.order(customer, lamp)).json()
    await visitor.sign_in(customer.username, f"/orders/{order['id']}")
    other = await second_tab(visitor, f"/orders/{order['id']}")
    current = other.page.locator("[aria-current=step]")
    await expect(current).to_contain_text("Confirmed")

    await visitor.button("Cancel the order").first.click()
    dialog = visitor.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Cancel the order").click()

    await expect(current).to_contain_text("Cancelled", timeout=15_000)


async def test_order_is_fresh_when_its_tab_is_shown_again(
    visitor: Visitor, shop: Shop
) -> None:
    customer = await shop.register()
    lamp = await shop.sell(await shop.register(), quantity=2)
    order = (await shop.order(customer, lamp)).json()
    # A stream that cannot be opened brings no news.
    await visitor.page.route("**/notifications/stream", lambda route: route.abort())
    await visitor.sign_in(customer.username, f"/orders/{order['id']}")
    current = visitor.page.locator("[aria-current=step]")
    await expect(current).to_contain_text("Confirmed")
    (await shop.orders.delete(f"/orders/{order['id']}", headers=customer.headers))

    await visitor.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    await expect(current).to_contain_text("Cancelled")
