"""An order that is being confirmed is rejected later, because product-service hung."""

import pytest
from playwright.async_api import expect

from tests.storefront.visitor import ORDER_BUTTON, Visitor
from tools.client.shop import Shop
from tools.faults.states import hung
from tools.local.lifecycle import Platform

pytestmark = pytest.mark.slow

BEING_CONFIRMED = "Your order is being confirmed"
REJECTED = "Your order could not be confirmed"
# The order settles within 30 s, and the page looks every 5 s at most.
SETTLED_WITHIN_MS = 60_000


async def order_while_products_hang(visitor: Visitor, platform: Platform) -> None:
    async with hung(platform, "product-service"):
        await visitor.button(ORDER_BUTTON).click()
        heading = visitor.page.get_by_role("heading", level=1, name=BEING_CONFIRMED)
        await expect(heading).to_be_visible(timeout=20_000)
    heading = visitor.page.get_by_role("heading", level=1, name=REJECTED)
    await expect(heading).to_be_visible(timeout=SETTLED_WITHIN_MS)


async def test_order_whose_price_changed_is_explained(
    visitor: Visitor, shop: Shop, platform: Platform
) -> None:
    seller = await shop.register()
    lamp = await shop.sell(seller, quantity=2)
    await visitor.reach_checkout(lamp)
    products = shop.services.products.signed_in(seller.token)
    (await products.change_product(lamp, {"price": "21.00"})).expect(200)

    await order_while_products_hang(visitor, platform)

    main = visitor.page.get_by_role("main")
    await expect(main).to_contain_text("A price changed")
    await main.get_by_role("link", name="To the cart").click()
    await expect(main).to_contain_text("Brass lamp now costs")
    await shop.is_at_rest(lamp, reserved=0, available=2)


async def test_order_of_sold_out_product_is_explained(
    visitor: Visitor, shop: Shop, platform: Platform
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=1)
    await visitor.reach_checkout(lamp)
    await shop.order(await shop.register(), lamp)

    await order_while_products_hang(visitor, platform)

    main = visitor.page.get_by_role("main")
    await expect(main).to_contain_text("was sold out")
    await main.get_by_role("link", name="To the cart").click()
    await expect(main).to_contain_text("Brass lamp is sold out.")
    await shop.is_at_rest(lamp, reserved=1, available=0)
