"""A real browser that can reach the platform, and no other host."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    Request,
    async_playwright,
    expect,
)

from tools.local.installed import chromium

# On a busy machine, a page may take several times as long as it usually does.
TIMEOUT_MS = 20_000
expect.set_options(timeout=TIMEOUT_MS)
# A site of somebody else, which is on this machine too.
OTHER_SITE = "attacker.example"
# Nothing but the platform has an address, and Chromium itself asks for nothing.
ARGUMENTS = [
    f"--host-resolver-rules=MAP {OTHER_SITE} 127.0.0.1,"
    " MAP * ~NOTFOUND, EXCLUDE localhost",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest_asyncio.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    """The browser of all tests of a folder; each test has contexts of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), chromium_sandbox=False, args=ARGUMENTS
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A person's browser, without any cookie; its tabs share them."""
    # The tests' own certificate is of no authority.
    context = await browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    await context.close()


@pytest_asyncio.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """An empty page, which fails the test if it asks any other host for anything.

    Except for pictures: sellers have theirs wherever they like.
    """
    foreign: list[str] = []

    def record(request: Request) -> None:
        url = urlsplit(request.url)
        is_foreign = url.scheme not in ("data", "blob") and url.hostname != "localhost"
        is_picture = request.resource_type == "image"
        # A request that the page's own policy stops has not left the browser.
        if is_foreign and not is_picture and request.failure != "csp":
            foreign.append(f"{request.url} {request.failure}")

    context = await browser.new_context(viewport={"width": 1200, "height": 1600})
    page = await context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    page.on("requestfinished", record)
    page.on("requestfailed", record)
    yield page
    await context.close()
    assert foreign == []
