"""Two customers want the last piece, and one customer loses the session."""

from playwright.async_api import expect

from chassis.testing import eventually
from tests.storefront.visitor import ORDER_BUTTON, THANKS, Visitor
from tools.client.shop import PASSWORD, Shop


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


async def test_session_that_ends_in_checkout_loses_nothing(
    visitor: Visitor, shop: Shop
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=2)
    await visitor.open("/sign-up")
    name = await visitor.sign_up()
    await visitor.put_in_cart(lamp)
    await visitor.open("/checkout")
    await visitor.fill_in_address()
    await end_sessions(shop, name)

    await visitor.button(ORDER_BUTTON).click()

    dialog = visitor.page.get_by_role("dialog", name="Please sign in again")
    await dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Sign in").click()
    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lamp, reserved=1, available=1)


async def end_sessions(shop: Shop, name: str) -> None:
    """Ends all sessions of the user, as from another browser, and waits for the end."""
    person = await shop.sign_in(name)

    async def is_refused() -> bool:
        answer = await shop.orders.get("/orders", headers=person.headers)
        return answer.status_code == 401

    # From now on order-service remembers this token as valid, as it does the visitor's.
    assert not await is_refused()
    users = shop.services.users.signed_in(person.token)
    sessions = (await users.list_own_sessions(limit=100)).expect(200)
    for each in sorted(sessions, key=lambda each: each["is_current"]):
        (await users.end_own_session(each["sid"])).expect(204)
    await eventually(is_refused)
