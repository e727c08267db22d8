"""axe finds no fault on any page, in both themes."""

from typing import Any

import pytest

from tests.storefront.visitor import Visitor
from tools.client.shop import Shop
from tools.local.layout import REPOSITORY

pytestmark = pytest.mark.slow

AXE = REPOSITORY / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => {
    const {violations} = await axe.run({runOnly: {type: "tag", values: tags}});
    return violations.map(({id, nodes}) => [id, ...nodes.map(node => node.html)]);
}"""
PUBLIC = ("/", "/products", "/products?q=nothing-fits", "/cart", "/sign-in", "/sign-up")
SIGNED_IN = ("/checkout", "/orders", "/notifications", "/account")


async def faults(visitor: Visitor) -> Any:
    await visitor.page.wait_for_load_state("networkidle")
    # As a browser's extension does; the policy of the page forbids a script tag.
    await visitor.page.evaluate(AXE.read_text())
    return await visitor.page.evaluate(RUN, TAGS)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_public_pages_have_no_faults(
    visitor: Visitor, shop: Shop, theme: Any
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=2)
    await visitor.page.emulate_media(color_scheme=theme)
    found = {}
    for path in (*PUBLIC, f"/products/{lamp}", "/nowhere"):
        await visitor.open(path)
        found[path] = await faults(visitor)
    assert {path: each for path, each in found.items() if each} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_pages_of_customer_have_no_faults(
    visitor: Visitor, shop: Shop, theme: Any
) -> None:
    lamp = await shop.sell(await shop.register(), quantity=2)
    await visitor.page.emulate_media(color_scheme=theme)
    await visitor.open("/sign-up")
    await visitor.sign_up()
    await visitor.put_in_cart(lamp)
    found = {}
    for path in SIGNED_IN:
        await visitor.open(path)
        found[path] = await faults(visitor)
    assert {path: each for path, each in found.items() if each} == {}
