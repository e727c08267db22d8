"""Browser sessions behind TLS: no script, no other host, and no plain HTTP has them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import BrowserContext

from tests.browser.certificates import server_context
from tests.browser.front_proxy import FrontProxy
from tests.browser.shop_page import ShopPage
from tests.replicas import Replicas
from tools.client.shop import Shop
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY, free_ports


@pytest_asyncio.fixture
async def secure_url(platform: Platform, tmp_path: Path) -> AsyncIterator[str]:
    """A gateway whose public address is that of a proxy, which ends TLS."""
    [port] = free_ports(1)
    url = f"https://localhost:{port}"
    gateway = Replicas(platform, {"PUBLIC_URL": url}, only=[GATEWAY])
    target = gateway.service_ports[GATEWAY]
    tls = server_context(tmp_path)
    with gateway.started():
        async with FrontProxy.before(target, port=port, tls=tls):
            yield url


async def test_cookie_has_all_protection_behind_tls(
    secure_url: str, context: BrowserContext, shop: Shop
) -> None:
    ada = await shop.register()
    tab = await ShopPage.opened(context, secure_url)

    await tab.log_in(ada)

    [cookie] = await context.cookies()
    assert cookie["name"] == "__Host-pannier-refresh"
    # A domain without a dot is that of this host only.
    assert (cookie["domain"], cookie["path"]) == ("localhost", "/")
    assert (cookie["secure"], cookie["httpOnly"]) == (True, True)
    assert cookie["sameSite"] == "Strict"
    assert await tab.page.evaluate("document.cookie") == ""
    assert await tab.is_logged_in()
    assert (await tab.log_out()).status == 204
    assert await context.cookies() == []
    assert (await tab.refresh()).body["code"] == "no_session"
