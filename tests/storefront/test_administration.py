"""An administrator manages orders and accounts on the pages of the shop."""

import re

from playwright.async_api import expect

from tests.storefront.visitor import Visitor
from tools.client.shop import Shop


async def test_administrator_ships_order(visitor: Visitor, shop: Shop) -> None:
    customer = await shop.register()
    lamp = await shop.sell(await shop.register(), quantity=2)
    order = (await shop.order(customer, lamp)).json()
    await visitor.sign_in((await shop.appoint()).username, "/admin/orders")

    number = order["order_number"]
    await visitor.button(f"Mark as shipped {number}").click()

    row = visitor.page.get_by_role("article").filter(has_text=number)
    await expect(row.get_by_text("Shipped", exact=True)).to_be_visible()
    assert (await shop.order_of(customer, order["id"]))["status"] == "shipped"


async def test_administrator_moves_order_on_its_page(
    visitor: Visitor, shop: Shop
) -> None:
    customer = await shop.register()
    lamp = await shop.sell(await shop.register(), quantity=2)
    order = (await shop.order(customer, lamp)).json()
    await visitor.sign_in((await shop.appoint()).username, f"/orders/{order['id']}")

    number = order["order_number"]
    await visitor.button(f"Mark as shipped {number}").click()
    await visitor.button(f"Mark as delivered {number}").click()

    await expect(visitor.button(f"Mark as delivered {number}")).to_have_count(0)
    assert (await shop.order_of(customer, order["id"]))["status"] == "delivered"


async def test_deactivated_user_cannot_sign_in(visitor: Visitor, shop: Shop) -> None:
    customer = await shop.register()
    admin = await shop.appoint()
    await visitor.sign_in(admin.username, f"/admin/users?q={customer.username}")

    await visitor.button(f"Deactivate: {customer.username}").click()
    dialog = visitor.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Deactivate").click()

    # Not the one to deactivate.
    activate = re.compile(f"^Activate: {customer.username}")
    await expect(visitor.button(activate)).to_be_visible()
    answer = await shop.orders.get("/orders", headers=customer.headers)
    assert answer.status_code == 401


async def test_order_is_not_cancelled_before_confirmation(
    visitor: Visitor, shop: Shop
) -> None:
    customer = await shop.register()
    lamp = await shop.sell(await shop.register(), quantity=2)
    order = (await shop.order(customer, lamp)).json()
    await visitor.sign_in((await shop.appoint()).username, "/admin/orders")

    opener = visitor.button(f"Cancel {order['order_number']}")
    await opener.click()
    dialog = visitor.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Keep the order").click()
    await expect(opener).to_be_focused()
    assert (await shop.order_of(customer, order["id"]))["status"] == "confirmed"

    await opener.click()
    await dialog.get_by_role("button", name="Cancel the order").click()
    await shop.is_at_rest(lamp, reserved=0, available=2)


async def test_customer_sees_no_administration(visitor: Visitor, shop: Shop) -> None:
    customer = await shop.register()
    await visitor.sign_in(customer.username, "/admin/orders")
    await expect(
        visitor.page.get_by_text("Your account may not do this.")
    ).to_be_visible()
    await expect(visitor.page.get_by_role("article")).to_have_count(0)
