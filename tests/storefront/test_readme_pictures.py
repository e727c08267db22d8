"""The pictures of the README, in the folder `.local/screenshots/readme`."""

import base64
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.demo import PASSWORD
from tests.storefront.conftest import visiting
from tests.storefront.gallery import ALL_DRAWN, FOLDER
from tests.storefront.scene import BUYER, Scene
from tools.client.shop import Shop
from tools.local.lifecycle import Platform

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("demo")]

# The colours of the theme are drawn, and no longer change.
PAINTED = """async () => {
    for (let frame = 0; frame < 3; frame += 1)
        await new Promise(done => requestAnimationFrame(done));
    await Promise.all(document.getAnimations().map(each => each.finished));
}"""
MOST_BYTES = 150_000
DESK, PHONE = (1280, 880), (390, 780)


async def write(page: Page, name: str, size: tuple[int, int]) -> None:
    """Writes what the window shows, in both themes."""
    folder = FOLDER / "readme"
    width, height = size
    await page.set_viewport_size({"width": width, "height": height})
    await page.wait_for_function(ALL_DRAWN)
    await page.evaluate("scrollTo(0, 0)")
    for theme in ("light", "dark"):
        await page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        await page.evaluate(PAINTED)
        await capture(page, folder / f"{name}-{theme}.webp")


async def capture(page: Page, file: Path) -> None:
    # Playwright itself writes no WebP.
    browser = await page.context.new_cdp_session(page)
    kind = {"format": "webp", "quality": 85}
    picture = await browser.send("Page.captureScreenshot", kind)
    content = base64.b64decode(picture["data"])
    assert len(content) < MOST_BYTES, f"{file} is too large for a README"
    store(file, content)


def store(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


async def test_pictures_of_readme_are_small(
    browser: Browser, shop: Shop, platform: Platform
) -> None:
    context = await browser.new_context(device_scale_factor=1.5)
    async with context, visiting(await context.new_page(), platform) as visitor:
        scene = Scene(visitor, shop, platform)
        await scene.go("/")
        await write(visitor.page, "shop", DESK)
        await scene.go("/products")
        await write(visitor.page, "catalogue", PHONE)
        lamp = await scene.product("Banker's desk lamp")
        await scene.go(f"/products/{lamp}")
        await write(visitor.page, "product", PHONE)
        await scene.sign_in(BUYER, PASSWORD)
        await scene.click("main article a")
        await scene.sees("main ol")
        await scene.settle()
        await write(visitor.page, "order", PHONE)
