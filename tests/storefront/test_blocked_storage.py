"""The shop works in browsers that store nothing for it."""

import pytest
from playwright.async_api import expect

from tests.storefront.visitor import ORDER_BUTTON, THANKS, Visitor
from tools.client.shop import Shop

pytestmark = pytest.mark.slow

# As browsers behave whose users have blocked cookies, and old ones.
BLOCKED = """
for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, {
        get() { throw new DOMException("denied", "SecurityError"); },
    });
}
delete Navigator.prototype.locks;
delete window.BroadcastChannel;
delete window.indexedDB;
"""
FULL = """
Storage.prototype.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
};
"""


@pytest.mark.parametrize("storage", [BLOCKED, FULL], ids=["blocked", "full"])
async def test_customer_orders_although_nothing_is_stored(
    visitor: Visitor, shop: Shop, storage: str
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=3)
    await visitor.page.add_init_script(storage)
    await visitor.open(f"/products/{lamp}")
    await visitor.button("Add to the cart").click()
    bar = visitor.page.get_by_role("status").filter(has_text="your cart is lost")
    await expect(bar).to_be_visible()

    await visitor.link("To the cart").click()
    await visitor.link("To the checkout").click()
    main = visitor.page.get_by_role("main")
    await main.get_by_role("link", name="Create an account").click()
    await visitor.sign_up()
    await visitor.sees_title("Checkout")
    await visitor.fill_in_address()
    await visitor.button(ORDER_BUTTON).click()

    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lamp, reserved=1, available=2)


async def test_choices_work_although_nothing_is_stored(visitor: Visitor) -> None:
    await visitor.page.add_init_script(BLOCKED)
    await visitor.open("/")
    await visitor.page.get_by_label("Language").select_option("de")
    await expect(visitor.page.get_by_label("Sprache")).to_be_visible()
    await visitor.page.get_by_label("Farben").select_option("dark")
    await expect(visitor.page.locator("html")).to_have_attribute("data-theme", "dark")
