"""Requests are slow or fail: each page says what happened, and what to do."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Route, expect

from tests.storefront.visitor import ORDER_BUTTON, THANKS, Visitor
from tools.client.shop import Shop

pytestmark = pytest.mark.slow

API = "**/api/v1/**"
REQUEST_ID = "0123456789abcdef"
FAULT = json.dumps({"code": "internal_error", "request_id": REQUEST_ID})
HTML = "<!doctype html><title>Proxy</title><h1>Bad gateway</h1>"
Fail = Callable[[Route], Awaitable[None]]


def answering(status: int, body: str, content_type: str) -> Fail:
    async def answer(route: Route) -> None:
        await route.fulfill(status=status, body=body, content_type=content_type)

    return answer


fault = answering(500, FAULT, "application/problem+json")


async def recovers(visitor: Visitor, path: str, calls: str, parts: int = 1) -> None:
    """Opens the page while the calls of its parts fail, and tries them again later."""
    failing = re.compile(calls)
    await visitor.page.route(failing, fault)
    await visitor.open(path)
    alerts = visitor.page.get_by_role("alert")
    await expect(alerts).to_have_count(parts)
    await expect(alerts.first).to_contain_text("Something went wrong in the shop.")
    await expect(alerts.first).to_contain_text(f"Reference for support: {REQUEST_ID}")

    await visitor.page.unroute(failing)
    for remaining in reversed(range(parts)):
        await alerts.last.get_by_role("button", name="Try again").click()
        await expect(alerts).to_have_count(remaining)


async def test_public_pages_recover_from_faults(visitor: Visitor, shop: Shop) -> None:
    lamp = await shop.sell(await shop.register(), quantity=2)
    for path in ("/", "/products", "/products?q=lamp", f"/products/{lamp}"):
        await recovers(visitor, path, "/api/v1/products")


async def test_pages_of_users_recover_from_faults(visitor: Visitor, shop: Shop) -> None:
    user = await shop.register()
    lamp = await shop.sell(user, quantity=2)
    order = (await shop.order(user, lamp)).json()
    await visitor.sign_in(user.username, "/cart")
    for path, calls in {
        "/orders": r"/api/v1/orders\?",
        f"/orders/{order['id']}": "/api/v1/orders/",
        "/notifications": r"/api/v1/notifications\?",
        "/account": "/users/me/sessions",
        "/sell": r"/api/v1/products\?",
        f"/sell/{lamp}": "/api/v1/(products|inventory)/",
    }.items():
        await recovers(visitor, path, calls)


async def test_pages_of_administrators_recover_from_faults(
    visitor: Visitor, shop: Shop
) -> None:
    await visitor.sign_in((await shop.appoint()).username, "/cart")
    await recovers(visitor, "/admin/orders", r"/api/v1/orders\?")
    await recovers(visitor, "/admin/users", r"/api/v1/users\?")
    await recovers(visitor, "/admin/dead-letters", "/api/v1/.*/dead-letters", parts=2)


@pytest.mark.parametrize(
    ("fail", "words"),
    [
        (answering(502, HTML, "text/html"), "out of order at the moment"),
        (answering(200, HTML, "text/html"), "did not come from the shop"),
        (answering(503, "", "text/plain"), "out of order at the moment"),
        (answering(429, "", "text/plain"), "too many requests"),
    ],
    ids=["page-of-proxy", "page-of-network", "outage", "throttle"],
)
async def test_catalogue_explains_failure(
    visitor: Visitor, shop: Shop, fail: Fail, words: str
) -> None:
    await shop.sell(await shop.register(), quantity=2)
    await visitor.page.route(API, fail)
    await visitor.open("/products")
    alert = visitor.page.get_by_role("alert")
    await expect(alert).to_contain_text(words)

    await visitor.page.unroute(API)
    await visitor.button("Try again").click()
    await expect(visitor.link("Brass lamp").first).to_be_visible()


async def test_slow_page_says_that_it_takes_longer(
    visitor: Visitor, shop: Shop
) -> None:
    await shop.sell(await shop.register(), quantity=2)
    is_released = asyncio.Event()

    async def hold(route: Route) -> None:
        await is_released.wait()
        await route.continue_()

    await visitor.page.route("**/api/v1/products?*", hold)
    await visitor.open("/products")
    bar = visitor.page.get_by_role("status").filter(has_text="longer than usual")
    await expect(bar).to_be_visible(timeout=10_000)

    is_released.set()
    await expect(bar).to_be_hidden()
    await expect(visitor.link("Brass lamp").first).to_be_visible()


async def test_session_is_found_after_fault_of_gateway(
    visitor: Visitor, shop: Shop
) -> None:
    user = await shop.register()
    await visitor.sign_in(user.username, "/orders")
    refresh = "**/auth/session/refresh"
    await visitor.page.route(refresh, fault)
    await visitor.open("/orders")
    alert = visitor.page.get_by_role("alert")
    await expect(alert).to_contain_text("We cannot find out whether you are signed in.")

    await visitor.page.unroute(refresh)
    await visitor.button("Try again").click()
    await expect(
        visitor.page.get_by_text("You have not ordered anything yet.")
    ).to_be_visible()


async def test_form_keeps_entries_after_fault(visitor: Visitor) -> None:
    await visitor.open("/sign-up")
    calls = "**/auth/register"
    await visitor.page.route(calls, fault)
    await visitor.field("Username").fill("ada-of-the-fault")
    await visitor.field("Password").fill("correct horse battery")
    submit = visitor.page.get_by_role("main").locator("form [type=submit]")
    await submit.click()
    alert = visitor.page.get_by_role("alert")
    await expect(alert).to_contain_text("Something went wrong in the shop.")
    await expect(alert).to_contain_text(REQUEST_ID)
    await expect(visitor.field("Username")).to_have_value("ada-of-the-fault")


async def test_order_is_placed_once_despite_page_of_network(
    visitor: Visitor, shop: Shop
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=3)
    name = await visitor.reach_checkout(lamp)
    orders = re.compile("/api/v1/orders$")

    async def answer_instead_of_shop(route: Route) -> None:
        await route.fetch()
        await route.fulfill(status=200, body=HTML, content_type="text/html")

    await visitor.page.route(orders, answer_instead_of_shop)
    await visitor.button(ORDER_BUTTON).click()
    ask_again = visitor.button("Ask again")
    await expect(ask_again).to_be_visible(timeout=15_000)

    await visitor.page.unroute(orders)
    await ask_again.click()
    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lamp, reserved=1, available=2)
    assert await shop.statuses(await shop.sign_in(name)) == {"confirmed": 1}
