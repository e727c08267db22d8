"""Two customers want the last piece."""

from playwright.async_api import expect

from tests.storefront.visitor import ORDER_BUTTON, THANKS, Visitor
from tools.client.shop import Shop


async def test_last_piece_is_sold_once(
    visitor: Visitor, rival: Visitor, shop: Shop
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=1)
    for each in (visitor, rival):
        await each.open("/sign-up")
        await each.sign_up()
        await each.put_in_cart(lamp)
        await each.open("/checkout")
        await each.fill_in_address()

    await visitor.button(ORDER_BUTTON).click()
    await visitor.sees_title(THANKS)
    await rival.button(ORDER_BUTTON).click()

    await expect(rival.page.get_by_text("Brass lamp is sold out.")).to_be_visible()
    await expect(rival.field("Town")).to_have_value("London")
    await shop.is_at_rest(lamp, reserved=1, available=0)
