"""axe finds no fault in dialogs, errors and decisions, in both themes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.storefront.axe import faults
from tests.storefront.interrupting import leave_and_want_more
from tests.storefront.pages import open_loaded
from tests.storefront.visitor import ORDER_BUTTON, Visitor
from tools.client.shop import Person, Shop

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("theme", ["light", "dark"])]


@pytest_asyncio.fixture
async def admin(visitor: Visitor, shop: Shop, theme: Any) -> AsyncIterator[Person]:
    """The visitor, signed in as an administrator who also sells and orders."""
    await visitor.page.emulate_media(color_scheme=theme)
    admin = await shop.appoint()
    await visitor.sign_in(admin.username, "/account")
    yield admin


Opener = Callable[[Visitor, Shop, Person], Awaitable[Locator]]


async def erasure(visitor: Visitor, shop: Shop, admin: Person) -> Locator:
    await open_loaded(visitor, "/account")
    return visitor.button("Erase my account")


async def cancellation(visitor: Visitor, shop: Shop, admin: Person) -> Locator:
    lamp = await shop.sell(admin, quantity=2)
    order = (await shop.order(admin, lamp)).json()
    await open_loaded(visitor, f"/orders/{order['id']}")
    return visitor.button(f"Cancel {order['order_number']}")


async def withdrawal(visitor: Visitor, shop: Shop, admin: Person) -> Locator:
    await open_loaded(visitor, f"/sell/{await shop.sell(admin, quantity=2)}")
    return visitor.button("Take it out of the shop")


async def deactivation(visitor: Visitor, shop: Shop, admin: Person) -> Locator:
    customer = await shop.register()
    await open_loaded(visitor, f"/admin/users?q={customer.username}")
    return visitor.button(f"Deactivate: {customer.username}")


@pytest.mark.parametrize("opener", [erasure, cancellation, withdrawal, deactivation])
async def test_open_dialog_has_no_faults(
    visitor: Visitor, shop: Shop, admin: Person, opener: Opener
) -> None:
    await (await opener(visitor, shop, admin)).click()
    await expect(visitor.page.get_by_role("dialog")).to_be_visible()
    assert await faults(visitor) == []


async def test_checkout_with_errors_has_no_faults(
    visitor: Visitor, shop: Shop, admin: Person
) -> None:
    await visitor.put_in_cart(await shop.sell(admin, quantity=2))
    await open_loaded(visitor, "/checkout")
    await visitor.button(ORDER_BUTTON).click()
    await expect(visitor.page.get_by_text("Fill in this field.").first).to_be_visible()
    assert await faults(visitor) == []


async def test_interrupted_order_has_no_faults(
    visitor: Visitor, shop: Shop, admin: Person
) -> None:
    await visitor.put_in_cart(await shop.sell(admin, quantity=3))
    await open_loaded(visitor, "/checkout")
    await visitor.fill_in_address()
    await leave_and_want_more(visitor)
    assert await faults(visitor) == []


async def test_filters_with_errors_have_no_faults(
    visitor: Visitor, shop: Shop, admin: Person
) -> None:
    await shop.sell(admin, quantity=2)
    await open_loaded(visitor, "/products?min_price=30&max_price=20")
    price = visitor.field("Price from")
    await price.fill("1.234,50")
    await price.press("Tab")
    await expect(price).to_have_attribute("aria-invalid", "true")
    assert await faults(visitor) == []


async def test_sign_up_with_errors_has_no_faults(visitor: Visitor, theme: Any) -> None:
    await visitor.page.emulate_media(color_scheme=theme)
    await visitor.open("/sign-up")
    await visitor.page.get_by_role("main").locator("form [type=submit]").click()
    await expect(visitor.page.locator("[aria-invalid=true]").first).to_be_focused()
    assert await faults(visitor) == []


async def test_cart_with_decision_has_no_faults(
    visitor: Visitor, shop: Shop, admin: Person
) -> None:
    lamp = await shop.sell(admin, quantity=2)
    await visitor.put_in_cart(lamp)
    products = shop.services.products.signed_in(admin.token)
    (await products.change_product(lamp, {"price": "21.00"})).expect(200)
    await visitor.open("/cart")
    await expect(visitor.button("Take it at €21.00")).to_be_visible()
    assert await faults(visitor) == []


async def test_open_menu_has_no_faults(visitor: Visitor, admin: Person) -> None:
    await visitor.page.locator("header summary").click()
    await expect(visitor.link("Dead letters")).to_be_visible()
    assert await faults(visitor) == []
