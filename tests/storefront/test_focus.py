"""The focus stays near its place when the focused element disappears."""

import pytest
from playwright.async_api import Locator, expect

from tests.storefront.pages import open_loaded
from tests.storefront.visitor import Visitor
from tools.client.generated.order_service import OrderLine
from tools.client.shop import Shop

pytestmark = pytest.mark.slow


async def press(visitor: Visitor, target: Locator, key: str = "Enter") -> None:
    await target.focus()
    await visitor.page.keyboard.press(key)


def heading(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("heading", name=name)


async def test_button_keeps_focus_at_limit_of_quantity(
    visitor: Visitor, shop: Shop
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=2)
    await visitor.open(f"/products/{lamp}")
    more = visitor.button("One Brass lamp more")
    await press(visitor, more)
    await press(visitor, more)
    await expect(visitor.page.get_by_label("Quantity of Brass lamp")).to_have_value("2")
    await expect(more).to_be_focused()


async def test_last_piece_in_cart_moves_focus_to_product(
    visitor: Visitor, shop: Shop
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=1)
    await visitor.open(f"/products/{lamp}")
    await press(visitor, visitor.button("Add to the cart"))
    await expect(heading(visitor, "Brass lamp").first).to_be_focused()


async def test_removed_line_moves_focus_to_cart(visitor: Visitor, shop: Shop) -> None:
    seller = await shop.register()
    for _ in range(2):
        await visitor.put_in_cart(await shop.sell(seller, quantity=1))
    await open_loaded(visitor, "/cart")
    await press(visitor, visitor.button("Remove Brass lamp").first)
    await expect(heading(visitor, "Your cart")).to_be_focused()


async def test_decision_moves_focus_to_its_line(visitor: Visitor, shop: Shop) -> None:
    seller = await shop.register()
    lamp = await shop.sell(seller, quantity=2)
    await visitor.put_in_cart(lamp)
    products = shop.services.products.signed_in(seller.token)
    (await products.change_product(lamp, {"price": "21.00"})).expect(200)
    await visitor.open("/cart")
    await press(visitor, visitor.button("Take it at €21.00"))
    await expect(heading(visitor, "Brass lamp")).to_be_focused()


async def test_cleared_filters_move_focus_to_title(visitor: Visitor) -> None:
    await open_loaded(visitor, "/products?in_stock=true")
    form = visitor.page.get_by_role("main").get_by_role("search")
    await press(visitor, form.get_by_role("button", name="Clear the filters"))
    await expect(heading(visitor, "All goods")).to_be_focused()


async def test_other_address_moves_focus_to_its_form(
    visitor: Visitor, shop: Shop
) -> None:
    customer = await shop.register()
    lamp = await shop.sell(await shop.register(), quantity=2)
    orders = shop.services.orders.signed_in(customer.token)
    items: list[OrderLine] = [{"product_id": lamp, "quantity": 1}]
    placed = await orders.place_order({"items": items, "shipping_address": "1 Row"})
    placed.expect(201)
    await visitor.sign_in(customer.username, "/account")
    await visitor.put_in_cart(lamp)
    await open_loaded(visitor, "/checkout")
    await press(visitor, visitor.button("Another address"))
    await expect(heading(visitor, "Where shall we send it?")).to_be_focused()
    await visitor.page.keyboard.press("Tab")
    await expect(visitor.field("Name")).to_be_focused()


async def test_cancelled_order_moves_focus_to_its_progress(
    visitor: Visitor, shop: Shop
) -> None:
    customer = await shop.register()
    lamp = await shop.sell(await shop.register(), quantity=2)
    order = (await shop.order(customer, lamp)).json()
    await visitor.sign_in(customer.username, f"/orders/{order['id']}")
    opener = visitor.button("Cancel the order")
    await press(visitor, opener)
    dialog = visitor.page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Keep the order")).to_be_focused()
    await visitor.page.keyboard.press("Escape")
    await expect(opener).to_be_focused()

    await visitor.page.keyboard.press("Enter")
    await press(visitor, dialog.get_by_role("button", name="Cancel the order"))
    await expect(heading(visitor, "Progress")).to_be_focused()


async def test_ended_session_moves_focus_to_its_list(
    visitor: Visitor, rival: Visitor, shop: Shop
) -> None:
    customer = await shop.register()
    await rival.sign_in(customer.username, "/account")
    await visitor.sign_in(customer.username, "/account")
    await press(visitor, visitor.button("Sign out there").first)
    await expect(heading(visitor, "Where you are signed in")).to_be_focused()
