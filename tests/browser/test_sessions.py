"""Browser sessions on plain-HTTP localhost: cookie, tabs, devices, lost responses."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Error, Route

from chassis.testing import eventually
from tests.api.through_gateway import SESSION
from tests.browser.front_proxy import FrontProxy
from tests.browser.shop_page import ShopPage
from tools.client.shop import Person, Shop
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY

OWN_SESSIONS = "/api/v1/users/me/sessions"


@pytest.fixture
def url(platform: Platform) -> str:
    return f"http://localhost:{platform.service_ports[GATEWAY]}"


@pytest_asyncio.fixture
async def ada(shop: Shop) -> Person:
    return await shop.register()


@pytest_asyncio.fixture
async def tab(context: BrowserContext, url: str) -> ShopPage:
    return await ShopPage.opened(context, url)


@pytest_asyncio.fixture
async def other_device(browser: Browser) -> AsyncIterator[BrowserContext]:
    """Another browser, which has cookies of its own."""
    context = await browser.new_context()
    yield context
    await context.close()


async def test_no_script_reads_cookie_of_session(
    tab: ShopPage, context: BrowserContext, ada: Person
) -> None:
    await tab.log_in(ada)

    [cookie] = await context.cookies()
    assert cookie["name"] == "pannier-refresh"
    assert (cookie["domain"], cookie["path"]) == ("localhost", "/api")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    # Browsers refuse secure cookies of plain HTTP.
    assert cookie["secure"] is False
    # The page has another path; a frame below the cookie's path is no way either.
    assert await tab.page.evaluate("document.cookie") == ""
    await tab.page.goto(tab.page.url.replace("/shop", "/api"))
    assert await tab.page.evaluate("document.cookie") == ""


async def test_session_survives_reload(
    tab: ShopPage, context: BrowserContext, ada: Person
) -> None:
    await tab.log_in(ada)
    [before] = await context.cookies()

    await tab.page.reload()

    assert await tab.is_logged_in()
    [after] = await context.cookies()
    assert after["value"] != before["value"]


async def test_two_tabs_refreshing_at_once_stay_logged_in(
    tab: ShopPage, context: BrowserContext, url: str, ada: Person
) -> None:
    await tab.log_in(ada)
    other = await ShopPage.opened(context, url)

    both_have_begun = asyncio.Barrier(2)

    async def wait_for_other_tab(route: Route) -> None:
        await both_have_begun.wait()
        await route.continue_()

    await context.route(f"**{SESSION}/refresh", wait_for_other_tab)
    answers = await asyncio.gather(tab.refresh(), other.refresh())
    await context.unroute(f"**{SESSION}/refresh")

    assert [answer.status for answer in answers] == [200, 200]
    for each in (tab, other, tab):
        assert await each.is_logged_in()


async def test_session_survives_lost_response(
    context: BrowserContext, platform: Platform, ada: Person
) -> None:
    async with FrontProxy.before(platform.service_ports[GATEWAY]) as proxy:
        tab = await ShopPage.opened(context, f"http://localhost:{proxy.port}")
        await tab.log_in(ada)
        [before] = await context.cookies()

        with proxy.losing_responses(), pytest.raises(Error, match="Failed to fetch"):
            await tab.refresh()

        assert proxy.lost
        # The browser still has the refresh token that has been spent.
        assert await context.cookies() == [before]
        assert await tab.is_logged_in()
        assert await tab.is_logged_in()


async def test_log_out_of_one_tab_ends_the_other(
    tab: ShopPage, context: BrowserContext, url: str, ada: Person
) -> None:
    token = await tab.log_in(ada)
    other = await ShopPage.opened(context, url)
    assert await other.is_logged_in()

    assert (await tab.log_out()).status == 204

    assert await context.cookies() == []
    assert (await other.refresh()).status == 401
    await _is_refused(other, token)


async def test_log_out_everywhere_ends_other_devices(
    tab: ShopPage, other_device: BrowserContext, url: str, ada: Person
) -> None:
    token = await tab.log_in(ada)
    elsewhere = await ShopPage.opened(other_device, url)
    other_token = await elsewhere.log_in(ada)

    listed = await tab.call("GET", OWN_SESSIONS, token)
    # The shop of the fixtures has logged in, too.
    assert len(listed.body) == 3
    for session in listed.body:
        ended = await tab.call("DELETE", f"{OWN_SESSIONS}/{session['sid']}", token)
        # The page's own session may be over already.
        assert ended.status in (204, 401)

    await _is_refused(elsewhere, other_token)
    assert (await elsewhere.refresh()).status == 401
    assert (await elsewhere.refresh()).body["code"] == "refresh_token_invalid"


async def _is_refused(tab: ShopPage, token: str) -> None:
    async def check() -> bool:
        return (await tab.call("GET", "/api/v1/orders", token)).status == 401

    # tests/e2e/test_journey.py measures that it is one second.
    await eventually(check, every=0.1)
