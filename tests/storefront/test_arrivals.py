"""Changes that happen elsewhere appear on the pages without a reload."""

from playwright.async_api import expect

from tests.storefront.visitor import Visitor
from tools.client.shop import Shop


async def test_notification_arrives_live(visitor: Visitor, shop: Shop) -> None:
    customer = await shop.register()
    lamp = await shop.sell(await shop.register(), quantity=2)
    async with visitor.page.expect_response("**/notifications/stream"):
        await visitor.sign_in(customer.username, "/notifications")

    order = (await shop.order(customer, lamp)).json()

    subject = f"Your order {order['order_number']} is confirmed"
    await expect(visitor.page.get_by_role("heading", name=subject)).to_be_visible()


async def test_order_shows_its_shipment_live(visitor: Visitor, shop: Shop) -> None:
    customer, admin = await shop.register(), await shop.appoint()
    lamp = await shop.sell(await shop.register(), quantity=2)
    order = (await shop.order(customer, lamp)).json()
    await shop.is_notified_of(customer, order["id"], "order.created")
    async with visitor.page.expect_response("**/notifications/stream"):
        await visitor.sign_in(customer.username, f"/orders/{order['id']}")
    current = visitor.page.locator("[aria-current=step]")
    await expect(current).to_contain_text("Confirmed")

    orders = shop.services.orders.signed_in(admin.token)
    (await orders.change_order_status(order["id"], {"status": "shipped"})).expect(200)

    await expect(current).to_contain_text("Shipped")
