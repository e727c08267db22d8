"""The pages show pictures of other hosts, under the policy that the gateway sends."""

import base64
from collections.abc import Mapping

from playwright.async_api import Route, expect

from tests.storefront.visitor import Visitor
from tools.client.shop import Shop

# The smallest GIF there is.
GIF = base64.b64decode("R0lGODlhAQABAAAAACH5BAEAAAAALAAAAAABAAEAAAICAUQAOw==")


async def sell_with_picture(shop: Shop, url: str) -> int:
    seller = await shop.register()
    products = shop.services.products.signed_in(seller.token)
    created = await products.create_product(
        {"name": "Brass lamp", "price": "5.00", "quantity": 2, "image_url": url}
    )
    return created.expect(201)["id"]


async def test_picture_of_other_host_is_shown(rival: Visitor, shop: Shop) -> None:
    asked: list[tuple[str, Mapping[str, str]]] = []

    async def answer(route: Route) -> None:
        asked.append((route.request.url, await route.request.all_headers()))
        await route.fulfill(body=GIF, content_type="image/gif")

    await rival.page.route("https://pictures.example/**", answer)
    # The policy allows https only; the page asks for that.
    lamp = await sell_with_picture(shop, "http://pictures.example/lamp.gif")

    await rival.open(f"/products/{lamp}")

    picture = rival.page.locator("main article img")
    await expect(picture).to_have_attribute("src", "https://pictures.example/lamp.gif")
    await expect(picture).to_have_js_property("naturalWidth", 1)
    ((url, headers),) = asked
    assert url == "https://pictures.example/lamp.gif"
    assert "referer" not in headers
    assert "cookie" not in headers


async def test_missing_picture_is_drawn_in_same_space(
    rival: Visitor, shop: Shop
) -> None:
    async def refuse(route: Route) -> None:
        sizes.append(await rival.page.locator("main .picture").first.bounding_box())
        await route.abort()

    sizes: list[object] = []
    await rival.page.route("https://pictures.example/**", refuse)
    lamp = await sell_with_picture(shop, "https://pictures.example/gone.gif")

    await rival.open(f"/products/{lamp}")

    drawn = rival.page.locator("main article .picture svg")
    await expect(drawn).to_be_visible()
    box = await rival.page.locator("main article .picture").bounding_box()
    assert sizes == [box]
