"""Customers, sellers and administrators do their work with the keyboard alone."""

import re
import uuid

import pytest
from playwright.async_api import expect

from tests.storefront.keyboard import Typist
from tests.storefront.visitor import ADDRESS, ORDER_BUTTON, THANKS, Visitor
from tools.client.shop import PASSWORD, Shop


@pytest.fixture
def typist(visitor: Visitor) -> Typist:
    return Typist(visitor)


async def test_visitor_signs_up_finds_and_orders(
    visitor: Visitor, typist: Typist, shop: Shop
) -> None:
    name = f"Lantern {uuid.uuid4().hex[:10]}"
    seller = shop.services.products.signed_in((await shop.register()).token)
    created = await seller.create_product(
        {"name": name, "price": "19.99", "quantity": 2}
    )
    lantern = created.expect(201)["id"]

    await visitor.open("/")
    await typist.press(visitor.link("Sign in"))
    await visitor.sees_title("Sign in")
    await typist.press(
        visitor.page.get_by_role("main").get_by_role("link", name="Create an account")
    )
    await visitor.sees_title("Create an account")
    await typist.enter(visitor.field("Username"), f"typist-{uuid.uuid4().hex[:10]}")
    await typist.enter(visitor.field("Password"), PASSWORD)
    await typist.keyboard.press("Enter")
    await visitor.sees_title("Things that stay")

    await typist.tab_back_to(visitor.page.get_by_role("searchbox").first)
    await typist.keyboard.type(name)
    await typist.keyboard.press("Enter")
    await typist.press(visitor.link(name))
    await visitor.sees_title(name)
    await typist.press(visitor.button("Add to the cart"))
    await typist.press(visitor.link("To the cart"))
    await visitor.sees_title("Your cart")
    await typist.press(visitor.link("To the checkout"))
    await visitor.sees_title("Checkout")
    for label, value in ADDRESS.items():
        await typist.enter(visitor.field(label), value)
    await typist.press(visitor.button(ORDER_BUTTON))
    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lantern, reserved=1, available=1)


@pytest.mark.slow
async def test_seller_offers_restocks_and_withdraws(
    visitor: Visitor, typist: Typist, shop: Shop
) -> None:
    await visitor.sign_in((await shop.register()).username, "/sell")

    await typist.press(visitor.link("Sell something"))
    await visitor.sees_title("Sell something")
    await typist.enter(visitor.field("Name"), "Walnut bowl")
    await typist.enter(visitor.field("Price"), "12.50")
    await typist.enter(visitor.field("Pieces (optional)"), "4")
    await typist.press(visitor.button("Offer it"))
    await visitor.sees_title("Walnut bowl")
    product_id = int(visitor.page.url.rsplit("/", 1)[1])

    await typist.enter(visitor.field("Pieces"), "6")
    await typist.enter(visitor.field("Reason"), "delivery")
    await typist.press(visitor.button("Add to the stock"))
    await shop.is_at_rest(product_id, reserved=0, available=10)

    await typist.press(visitor.button("Take it out of the shop"))
    dialog = visitor.page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    await typist.press(dialog.get_by_role("button", name="Take it out of the shop"))
    await visitor.sees_title("Your goods")


@pytest.mark.slow
async def test_administrator_ships_order_and_deactivates_user(
    visitor: Visitor, typist: Typist, shop: Shop
) -> None:
    customer, admin = await shop.register(), await shop.appoint()
    lamp = await shop.sell(await shop.register(), quantity=2)
    order = (await shop.order(customer, lamp)).json()
    await visitor.sign_in(admin.username, "/admin/orders")

    await typist.press(visitor.button(f"Mark as shipped {order['order_number']}"))
    await expect(
        visitor.button(f"Mark as delivered {order['order_number']}")
    ).to_be_visible()

    await typist.tab_back_to(visitor.page.locator("header summary"))
    await typist.keyboard.press("Enter")
    await typist.press(visitor.link("Users"))
    await visitor.sees_title("Users")
    words = visitor.page.get_by_role("searchbox", name="Username, name or e-mail")
    await typist.enter(words, customer.username)
    await typist.keyboard.press("Enter")
    await typist.press(visitor.button(f"Deactivate: {customer.username}"))
    dialog = visitor.page.get_by_role("dialog")
    await typist.press(dialog.get_by_role("button", name="Deactivate"))
    activate = re.compile(f"^Activate: {customer.username}")
    await expect(visitor.button(activate)).to_be_visible()


async def test_skip_link_leads_to_content(visitor: Visitor) -> None:
    await visitor.open("/products")
    await visitor.page.keyboard.press("Tab")
    skip = visitor.link("Skip to the content")
    await expect(skip).to_be_focused()
    await visitor.page.keyboard.press("Enter")
    inside = "main => main.contains(document.activeElement)"
    assert await visitor.page.get_by_role("main").evaluate(inside)


async def test_focus_is_on_title_after_navigation(
    visitor: Visitor, typist: Typist
) -> None:
    await visitor.open("/cart")
    await typist.press(visitor.page.get_by_role("main").get_by_role("link").first)
    await visitor.sees_title("All goods")
    title = visitor.page.locator("h1")
    await expect(title).to_be_focused()
    await expect(title).to_have_css("outline-style", "solid")
