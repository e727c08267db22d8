"""A visitor whose browser has the storefront that the gateway serves."""

import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, Request

from chassis.testing import eventually
from tests.browser.conftest import browser, page
from tests.demo import load_demo
from tests.replicas import Replicas
from tests.storefront.pages import PUBLIC, sign_in_for_all_pages
from tests.storefront.visitor import Visitor
from tools.client.shop import Shop
from tools.local.layout import REPOSITORY
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY

__all__ = ["browser", "page"]
# The browser says the first of every status from 400 on, and the pages expect some;
# SvelteKit says the second of an address without a page.
EXPECTED = re.compile("Failed to load resource|\\w+: Not found: /nowhere")


@pytest.fixture(scope="session")
def storefront() -> None:
    """The build of the sources as they are now."""
    build = [sys.executable, "-m", "tools.storefront", "build"]
    subprocess.run(build, cwd=REPOSITORY, check=True)  # noqa: S603 - our own


@pytest.fixture(scope="session")
def demo(storefront: None, command_line: dict[str, str]) -> None:
    """The demo's goods, people and orders."""
    load_demo(command_line)


@pytest_asyncio.fixture
async def visitor(
    storefront: None, page: Page, platform: Platform
) -> AsyncIterator[Visitor]:
    """A new visitor. The test fails if the pages log an error, as they do if the
    gateway's policy stops a script or a style."""
    async with visiting(page, platform) as visitor:
        yield visitor


@pytest_asyncio.fixture
async def rival(
    storefront: None, browser: Browser, platform: Platform
) -> AsyncIterator[Visitor]:
    """Another visitor, with a browser of their own."""
    context = await browser.new_context()
    async with visiting(await context.new_page(), platform) as rival:
        yield rival
    await context.close()


@pytest_asyncio.fixture(params=["visitor", "administrator"])
async def pages(
    request: pytest.FixtureRequest, visitor: Visitor, shop: Shop, platform: Platform
) -> tuple[str, ...]:
    """The paths of all pages for a visitor, then for an administrator who sells."""
    if request.param == "administrator":
        return await sign_in_for_all_pages(visitor, shop, platform)
    lamp = await shop.sell(await shop.register(), quantity=2)
    return (*PUBLIC, f"/products/{lamp}")


@asynccontextmanager
async def visiting(page: Page, platform: Platform | Replicas) -> AsyncIterator[Visitor]:
    url = f"http://localhost:{platform.service_ports[GATEWAY]}"
    visitor = Visitor(page, url, [EXPECTED])
    errors: list[str] = []

    def record(text: str) -> None:
        if not any(each.match(text) for each in visitor.expected_errors):
            errors.append(text)

    def record_message(message: ConsoleMessage) -> None:
        if message.type == "error":
            record(message.text)

    def record_user(request: Request) -> None:
        if token := request.headers.get("authorization"):
            visitor.headers["Authorization"] = token

    page.on("console", record_message)
    page.on("request", record_user)
    page.on("pageerror", lambda error: record(f"{error}\n{error.stack}"))
    await eventually(visitor.is_served, within=20)
    yield visitor
    assert errors == []
