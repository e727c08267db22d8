"""Pages of other origins cannot use the session of a browser."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Error, Page

from tests.api.through_gateway import CSRF, SESSION
from tests.browser.conftest import OTHER_SITE
from tests.browser.shop_page import ShopPage
from tools.client.shop import Shop
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
FETCH = """async ([url, headers, mode]) => {
    const options = {method: "POST", credentials: "include", headers, mode};
    return (await fetch(url, options)).status;
}"""


@asynccontextmanager
async def serving_page(html: str) -> AsyncIterator[int]:
    """Serves one page for every path, and yields the port."""

    async def answer(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + html.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.fixture
def url(platform: Platform) -> str:
    return f"http://localhost:{platform.service_ports[GATEWAY]}"


@pytest_asyncio.fixture
async def victim(context: BrowserContext, shop: Shop, url: str) -> ShopPage:
    """A tab of a person who is logged in."""
    tab = await ShopPage.opened(context, url)
    await tab.log_in(await shop.register())
    return tab


@pytest_asyncio.fixture(params=[OTHER_SITE, "localhost"])
async def other_origin(
    request: pytest.FixtureRequest, context: BrowserContext, url: str
) -> AsyncIterator[Page]:
    """A page in the same browser, at another site, or at another port of this host."""
    form = f'<form method="post" action="{url}{SESSION}/refresh"></form>'
    async with serving_page(form) as port:
        page = await context.new_page()
        await page.goto(f"http://{request.param}:{port}/")
        yield page


async def test_form_of_other_origin_is_refused(
    victim: ShopPage, other_origin: Page, url: str
) -> None:
    async with other_origin.expect_response(f"{url}{SESSION}/refresh") as answered:
        await other_origin.evaluate("document.forms[0].submit()")
    answer = await answered.value

    assert answer.status == 403
    assert (await answer.json())["code"] == "csrf_header_missing"
    sent = await answer.request.all_headers()
    # Ports do not count for a site, so that only the gateway protects from these.
    is_same_site = "localhost" in sent["origin"]
    assert sent["sec-fetch-site"] == ("same-site" if is_same_site else "cross-site")
    assert ("pannier-refresh" in sent.get("cookie", "")) is is_same_site
    assert await victim.is_logged_in()


async def test_script_of_other_origin_gets_nothing(
    victim: ShopPage, other_origin: Page, url: str
) -> None:
    for path in (SESSION, f"{SESSION}/refresh"):
        with pytest.raises(Error, match="Failed to fetch"):
            await other_origin.evaluate(FETCH, [f"{url}{path}", CSRF, "cors"])
        # Without its own header the request is sent, but the script sees no response.
        opaque = await other_origin.evaluate(FETCH, [f"{url}{path}", {}, "no-cors"])
        assert opaque == 0
    assert await victim.is_logged_in()
