"""The connection to the shop is lost and comes back."""

import re

import pytest
from playwright.async_api import Locator, Route, expect

from tests.storefront.visitor import ORDER_BUTTON, THANKS, Visitor
from tools.client.shop import Shop

pytestmark = pytest.mark.slow

# SvelteKit says this of a page whose code it cannot load.
UNLOADED = re.compile(
    "(\\w+: )?(Unable to preload CSS|Failed to fetch dynamically imported module)"
)


def bar_of(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("status").filter(has_text="There is no connection")


async def lose_connection(visitor: Visitor) -> None:
    await visitor.go_offline()
    await expect(bar_of(visitor)).to_be_visible()


async def connect(visitor: Visitor) -> None:
    await visitor.page.context.set_offline(False)
    # The page looks every four seconds.
    await expect(bar_of(visitor)).to_be_hidden(timeout=15_000)


async def test_page_that_opened_offline_appears_by_itself(
    visitor: Visitor, shop: Shop
) -> None:
    await shop.sell(await shop.register(), quantity=2)
    await visitor.open("/products")
    lamp = visitor.link("Brass lamp").first
    await expect(lamp).to_be_visible()
    await visitor.page.wait_for_load_state("networkidle")
    await lose_connection(visitor)

    await lamp.click()
    alert = visitor.page.get_by_role("alert")
    await expect(alert).to_contain_text("There is no connection to the shop.")

    await connect(visitor)
    await visitor.sees_title("Brass lamp")
    await expect(alert).to_be_hidden()


async def test_page_without_code_appears_when_connection_is_back(
    visitor: Visitor,
) -> None:
    visitor.expected_errors.append(UNLOADED)
    await visitor.open("/cart")
    await visitor.page.wait_for_load_state("networkidle")
    await lose_connection(visitor)

    # The code of this page comes with its first visit.
    await visitor.link("Sign in").click()
    await visitor.sees_title("The page could not be shown")
    main = visitor.page.get_by_role("main")
    await expect(main).to_contain_text("There is no connection to the shop.")
    await expect(main.get_by_role("button", name="Try again")).to_be_visible()

    await visitor.page.context.set_offline(False)
    await expect(
        visitor.page.get_by_role("heading", level=1, name="Sign in")
    ).to_be_visible(timeout=15_000)


async def test_cart_can_be_changed_offline(visitor: Visitor, shop: Shop) -> None:
    lamp = await shop.sell(await shop.register(), quantity=3)
    await visitor.put_in_cart(lamp)
    await visitor.open("/cart")
    await lose_connection(visitor)

    await visitor.button("One Brass lamp more").click()

    await expect(visitor.page.get_by_text("39.98").first).to_be_visible()
    await connect(visitor)
    await visitor.open("/cart")
    await expect(visitor.link("Cart, 2 pieces")).to_be_visible()


async def test_order_is_not_sent_offline(visitor: Visitor, shop: Shop) -> None:
    lamp = await shop.sell(await shop.register(), quantity=3)
    await visitor.reach_checkout(lamp)
    await lose_connection(visitor)

    await visitor.button(ORDER_BUTTON).click()
    alert = visitor.page.get_by_role("alert")
    await expect(alert).to_contain_text("Your order was not placed.")
    await expect(visitor.field("Town")).to_have_value("London")

    await connect(visitor)
    await visitor.button(ORDER_BUTTON).click()
    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lamp, reserved=1, available=2)


async def test_lost_answer_is_asked_for_under_same_key(
    visitor: Visitor, shop: Shop
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=3)
    name = await visitor.reach_checkout(lamp)
    keys: list[str] = []

    async def lose_first_answer(route: Route) -> None:
        if route.request.method != "POST":
            await route.fallback()
            return
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            await route.fallback()
            return
        await route.fetch()
        await visitor.page.context.set_offline(True)
        await route.abort()

    await visitor.page.route("**/api/v1/orders", lose_first_answer)
    await visitor.button(ORDER_BUTTON).click()
    alert = visitor.page.get_by_role("alert")
    await expect(alert).to_contain_text("We do not know yet")
    await expect(alert).to_contain_text("this page asks again by itself")

    await connect(visitor)
    await visitor.sees_title(THANKS)
    assert len(keys) > 1
    assert len(set(keys)) == 1
    await shop.is_at_rest(lamp, reserved=1, available=2)
    assert await shop.statuses(await shop.sign_in(name)) == {"confirmed": 1}


async def test_missed_notification_arrives_after_reconnecting(
    visitor: Visitor, shop: Shop
) -> None:
    customer = await shop.register()
    lamp = await shop.sell(await shop.register(), quantity=2)
    async with visitor.page.expect_response("**/notifications/stream"):
        await visitor.sign_in(customer.username, "/notifications")
    await lose_connection(visitor)
    order = (await shop.order(customer, lamp)).json()
    await shop.is_notified_of(customer, order["id"], "order.created")

    await connect(visitor)

    subject = f"Your order {order['order_number']} is confirmed"
    await expect(visitor.page.get_by_role("heading", name=subject)).to_be_visible()
