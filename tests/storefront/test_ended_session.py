"""The session of a customer ends elsewhere while they fill in a form."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Locator, expect

from tests.storefront.ending import end_sessions
from tests.storefront.visitor import ORDER_BUTTON, THANKS, Visitor
from tools.client.shop import PASSWORD, Shop

API = "/api/v1/"


async def test_session_that_ends_in_checkout_loses_nothing(
    visitor: Visitor, shop: Shop
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=2)
    name = await visitor.reach_checkout(lamp)
    await end_sessions(visitor, shop, name)

    await visitor.button(ORDER_BUTTON).click()

    await sign_in_again(visitor)
    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lamp, reserved=1, available=1)
    assert await shop.statuses(await shop.sign_in(name)) == {"confirmed": 1}


@pytest.mark.slow
async def test_checkout_keeps_address_if_customer_signs_in_later(
    visitor: Visitor, shop: Shop
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=2)
    name = await visitor.reach_checkout(lamp)
    await end_sessions(visitor, shop, name)
    await visitor.button(ORDER_BUTTON).click()

    await sign_in_later(visitor)

    await expect(visitor.field("Town")).to_have_value("London")
    await expect(visitor.page.get_by_role("alert")).to_contain_text(
        "Your order was not placed"
    )
    await visitor.button(ORDER_BUTTON).click()
    await sign_in_again(visitor)
    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lamp, reserved=1, available=1)


@pytest.mark.slow
async def test_new_product_is_kept_if_seller_signs_in_later(
    visitor: Visitor, shop: Shop
) -> None:
    seller = await shop.register()
    await visitor.sign_in(seller.username, "/sell/new")
    await visitor.field("Name").fill("Walnut bowl")
    await visitor.field("Price").fill("12.50")
    await end_sessions(visitor, shop, seller.username)
    await visitor.button("Offer it").click()

    await sign_in_later(visitor)

    await expect(visitor.field("Name")).to_have_value("Walnut bowl")
    # The bar offers to sign in again.
    await (
        visitor.page.get_by_role("status").get_by_role("button", name="Sign in").click()
    )
    await sign_in_again(visitor)
    await visitor.button("Offer it").click()
    await visitor.sees_title("Walnut bowl")


@pytest.mark.slow
async def test_profile_is_kept_if_user_signs_in_later(
    visitor: Visitor, shop: Shop
) -> None:
    user = await shop.register()
    await visitor.sign_in(user.username, "/account")
    await visitor.field("Your name (optional)").fill("Ada King")
    await end_sessions(visitor, shop, user.username)
    await visitor.button("Save").first.click()

    await sign_in_later(visitor)

    await expect(visitor.field("Your name (optional)")).to_have_value("Ada King")
    await visitor.button("Save").first.click()
    await sign_in_again(visitor)
    await expect(visitor.page.get_by_text("saved").first).to_be_visible()


@pytest.mark.slow
async def test_stream_of_ended_session_is_not_requested_again(
    visitor: Visitor, shop: Shop
) -> None:
    user = await shop.register()
    await visitor.page.clock.install()
    async with visitor.page.expect_response("**/notifications/stream"):
        await visitor.sign_in(user.username, "/cart")
    urls: list[str] = []
    visitor.page.on("request", lambda request: urls.append(request.url))

    await end_sessions(visitor, shop, user.username)

    bar = visitor.page.get_by_role("status").filter(has_text="Your session has ended")
    await expect(bar).to_be_visible()
    await visitor.page.clock.fast_forward("05:00")
    # A timer that fired then may send its request later.
    for _ in range(20):
        await visitor.page.clock.run_for(1_000)
        assert api_paths(urls) == ["notifications/stream", "auth/session/refresh"]

    await bar.get_by_role("button", name="Sign in").click()
    async with visitor.page.expect_response("**/notifications/stream"):
        await sign_in_again(visitor)
    await expect(bar).to_be_hidden()


def api_paths(urls: list[str]) -> list[str]:
    """Returns what the page asked the API for; it may load code at any time."""
    paths = [urlsplit(url).path for url in urls]
    return [path.removeprefix(API) for path in paths if path.startswith(API)]


def dialog_of(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog", name="Please sign in again")


async def sign_in_again(visitor: Visitor) -> None:
    dialog = dialog_of(visitor)
    await dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name=re.compile("^Sign in$")).click()
    await expect(dialog).to_be_hidden()


async def sign_in_later(visitor: Visitor) -> None:
    dialog = dialog_of(visitor)
    await dialog.get_by_role("button", name="Not now").click()
    await expect(dialog).to_be_hidden()
