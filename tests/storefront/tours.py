"""Tours through all pages: each yields the name of what the browser shows now."""

from collections.abc import AsyncGenerator
from contextlib import suppress

from playwright.async_api import Error, Route, expect

from tests.demo import PASSWORD as DEMO_PASSWORD
from tests.storefront.ending import end_sessions
from tests.storefront.pages import dead_letter
from tests.storefront.scene import BUYER, SELLER, Scene
from tools.client.shop import PASSWORD

LAMP, MUG, SOLD_OUT = (
    "Banker's desk lamp",
    "Breakfast mug",
    "Beeswax candle with holder",
)
PUBLIC = {
    "home": "/",
    "catalogue": "/products",
    "catalogue-filtered": "/products?category=kitchen&in_stock=true&sort=price",
    "catalogue-last-page": "/products?page=3",
    "catalogue-nothing": "/products?q=zeppelin&category=kitchen",
    "product-missing": "/products/999999",
    "cart-empty": "/cart",
    "checkout-visitor": "/checkout",
    "missing": "/nowhere",
}
BUYERS = {
    "orders": "/orders",
    "orders-none-fit": "/orders?status=pending",
    "notifications": "/notifications",
    "account": "/account",
    "admin-forbidden": "/admin/orders",
}
NEWCOMERS = {
    "orders-empty": "/orders",
    "notifications-empty": "/notifications",
    "sell-empty": "/sell",
    "checkout-empty": "/checkout",
}
SELLERS = {"sell": "/sell", "sell-low": "/sell?low_stock=true", "sell-new": "/sell/new"}
ADMINISTRATORS = {
    "admin-orders": "/admin/orders",
    "admin-orders-none": "/admin/orders?status=pending",
    "admin-users": "/admin/users",
    "admin-users-none": "/admin/users?q=zeppelin",
    "admin-dead-letters": "/admin/dead-letters",
}


async def visitors(scene: Scene) -> AsyncGenerator[str, None]:
    page = scene.visitor.page
    for name, path in PUBLIC.items():
        await scene.go(path)
        yield name
    for name, product in (("product", LAMP), ("product-sold-out", SOLD_OUT)):
        await scene.go(f"/products/{await scene.product(product)}")
        yield name
    await scene.go(f"/products/{await scene.product(MUG)}")
    await scene.click("main button.primary")
    await scene.sees("main .notice.good")
    yield "product-in-cart"
    for name in ("sign-in", "sign-up"):
        await scene.go(f"/{name}")
        yield name
        await scene.submit.click()
        await scene.sees("main [aria-invalid=true]")
        yield f"{name}-errors"
    await scene.fill_cart((LAMP, "89.00", 1), (MUG, "16.50", 4))
    await scene.go("/cart")
    yield "cart"
    await scene.fill_cart(
        (LAMP, "80.00", 1), (MUG, "16.50", 900), (SOLD_OUT, "9.00", 1)
    )
    await scene.go("/cart")
    await scene.sees("main .notice.warn")
    yield "cart-changed"
    await scene.visitor.go_offline()
    yield "offline"
    await page.context.set_offline(False)


async def loading(scene: Scene) -> AsyncGenerator[str, None]:
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await scene.visitor.page.route("**/api/v1/products**", hold)
    for name, path in (
        ("home", "/"),
        ("catalogue", "/products"),
        ("product", "/products/1"),
    ):
        await scene.visitor.page.goto(f"{scene.visitor.url}{path}")
        await scene.sees("main .skeleton")
        yield f"{name}-loading"
    for route in held:
        # The browser has left the pages that sent the first requests.
        with suppress(Error):
            await route.abort()


async def buyers(scene: Scene) -> AsyncGenerator[str, None]:
    await scene.sign_in(BUYER, DEMO_PASSWORD)
    for name, path in BUYERS.items():
        await scene.go(path)
        yield name
    await scene.click("header details summary")
    yield "account-menu"
    await scene.go("/orders")
    orders = scene.visitor.page.locator("main article a")
    await orders.last.click()
    await scene.sees("main ol")
    await scene.settle()
    yield "order-delivered"
    await scene.fill_cart((LAMP, "89.00", 1), (MUG, "16.50", 2))
    await scene.go("/checkout")
    yield "checkout-again"
    await scene.submit.click()
    await scene.sees("main dl")
    yield "placed"
    await scene.click("main a.primary")
    await scene.sees("main button.danger")
    await scene.settle()
    yield "order"
    await scene.click("main button.danger")
    yield "order-cancel"


async def newcomers(scene: Scene) -> AsyncGenerator[str, None]:
    person = await scene.shop.register()
    await scene.sign_in(person.username, PASSWORD)
    for name, path in NEWCOMERS.items():
        await scene.go(path)
        yield name
    await scene.go("/account")
    await scene.click("main button.danger")
    yield "account-erase"
    await scene.fill_cart((LAMP, "80.00", 1), (SOLD_OUT, "9.00", 1))
    await scene.go("/checkout")
    yield "checkout"
    await scene.submit.click()
    await scene.sees("main [aria-invalid=true]")
    yield "checkout-errors"
    for field in await scene.visitor.page.locator("main input[required]").all():
        await field.fill("Kanda 3-7-2")
    await scene.submit.click()
    await scene.sees("main .notice.bad")
    yield "checkout-refused"
    await scene.leave_order(person.user_id, (LAMP, "89.00", 1), (MUG, "16.50", 2))
    await scene.go("/checkout")
    await scene.sees("main .notice.warn address")
    yield "checkout-interrupted"
    await scene.click("main .notice.warn button.plain")
    await expect(scene.visitor.page.locator("main .notice.warn")).to_have_count(0)
    await end_sessions(scene.visitor, scene.shop, person.username)
    await scene.click("header details summary")
    await scene.click("header details a[href='/orders']")
    await scene.sees("dialog[open]")
    yield "sign-in-again"


async def sellers(scene: Scene) -> AsyncGenerator[str, None]:
    await scene.sign_in(SELLER, DEMO_PASSWORD)
    for name, path in SELLERS.items():
        await scene.go(path)
        yield name
    await scene.submit.click()
    await scene.sees("main [aria-invalid=true]")
    yield "sell-new-errors"
    lamp = await scene.product(LAMP)
    await scene.go(f"/sell/{lamp}")
    yield "sell-edit"
    seller = await scene.demo_person(SELLER)
    products = scene.shop.services.products.signed_in(seller.token)
    (await products.change_product(lamp, {"price": "95.00"})).expect(200)
    try:
        await scene.click("main form [type=submit]")
        await scene.sees("main .notice.warn")
        yield "sell-stale"
        await scene.click("main button.danger")
        yield "sell-withdraw"
    finally:
        # Other tours know the lamp by this price.
        (await products.change_product(lamp, {"price": "89.00"})).expect(200)


async def administrators(scene: Scene) -> AsyncGenerator[str, None]:
    person = await scene.shop.appoint()
    await dead_letter(scene.shop, scene.platform, person)
    await scene.sign_in(person.username, PASSWORD)
    for name, path in ADMINISTRATORS.items():
        await scene.go(path)
        yield name
    await scene.click("main li button")
    await expect(scene.visitor.page.locator("main pre")).to_be_visible()
    yield "admin-dead-letter"
