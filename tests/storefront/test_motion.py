"""Pages keep still: while they load, and for visitors who asked for less motion."""

from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.storefront.pages import open_loaded
from tests.storefront.visitor import Visitor
from tools.client.shop import Shop

# A good page, by https://web.dev/articles/cls.
MOST_SHIFT = 0.1
RECORD_SHIFTS = """
    window.shift = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            if (!entry.hadRecentInput) window.shift += entry.value;
    }).observe({type: 'layout-shift', buffered: true});
"""
# After the next frame, the shifts of the last one are counted.
READ_SHIFT = """() => new Promise(resolve => requestAnimationFrame(
    () => setTimeout(() => resolve(window.shift))))"""
SLOW_NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": -1,
    "uploadThroughput": -1,
}
CATEGORIES = (
    "books",
    "clothing",
    "games",
    "garden",
    "kitchen",
    "lighting",
    "living",
    "stationery",
)
MOVING = """() => [...document.querySelectorAll('*')].filter(element => {
    const {animationDuration, transitionDuration} = getComputedStyle(element);
    const durations = `${animationDuration},${transitionDuration}`.split(',');
    return Math.max(...durations.map(parseFloat)) > 0.001;
}).map(element => element.outerHTML.slice(0, 200))"""


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
async def test_pages_do_not_shift_while_they_load(
    visitor: Visitor, shop: Shop, width: int, height: int
) -> None:
    lamp = await goods_of_each_category(shop)
    page = visitor.page
    await page.set_viewport_size({"width": width, "height": height})
    await page.add_init_script(RECORD_SHIFTS)
    # The skeletons are painted before the answers arrive.
    network = await page.context.new_cdp_session(page)
    await network.send("Network.enable")
    await network.send("Network.emulateNetworkConditions", SLOW_NETWORK)

    shifts = {}
    for path in ("/", "/products", f"/products/{lamp}"):
        await open_loaded(visitor, path)
        await expect(page.get_by_text("Brass lamp").first).to_be_visible()
        shifts[path] = await page.evaluate(READ_SHIFT)
    assert {path: x for path, x in shifts.items() if x > MOST_SHIFT} == {}


async def goods_of_each_category(shop: Shop) -> int:
    """Offers as many categories as the home page has room for; returns a product."""
    seller = shop.services.products.signed_in((await shop.register()).token)
    for category in CATEGORIES:
        created = await seller.create_product(
            {
                "name": "Brass lamp",
                "price": "19.99",
                "quantity": 3,
                "category": category,
            }
        )
    return created.expect(201)["id"]


async def test_nothing_moves_for_visitors_who_want_no_motion(visitor: Visitor) -> None:
    await visitor.page.emulate_media(reduced_motion="reduce")

    async def never_answer(route: Route) -> None:
        """Keeps the skeletons, which pulse for other visitors."""

    await visitor.page.route("**/api/v1/products*", never_answer)
    await visitor.open("/products")
    await expect(visitor.page.locator(".skeleton").first).to_be_visible()
    moving: Any = await visitor.page.evaluate(MOVING)
    assert moving == []
