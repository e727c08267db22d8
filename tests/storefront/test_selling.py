"""A seller manages goods on the pages of the shop."""

from playwright.async_api import expect

from tests.storefront.visitor import Visitor
from tools.client.shop import Shop


async def test_seller_offers_restocks_and_withdraws(
    visitor: Visitor, shop: Shop
) -> None:
    seller = await shop.register()
    await visitor.sign_in(seller.username, "/sell")

    await visitor.link("Sell something").click()
    await visitor.sees_title("Sell something")
    await visitor.field("Name").fill("Walnut bowl")
    await visitor.field("Price").fill("12,50")
    await visitor.field("Pieces (optional)").fill("4")
    await visitor.button("Offer it").click()
    await visitor.sees_title("Walnut bowl")
    product_id = int(visitor.page.url.rsplit("/", 1)[1])
    await shop.is_at_rest(product_id, reserved=0, available=4)

    await visitor.field("Pieces").fill("6")
    await visitor.field("Reason").fill("delivery of the turner")
    await visitor.button("Add to the stock").click()
    await expect(visitor.page.get_by_text("delivery of the turner")).to_be_visible()
    await shop.is_at_rest(product_id, reserved=0, available=10)

    await visitor.button("Take it out of the shop").click()
    dialog = visitor.page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Take it out of the shop").click()
    await visitor.sees_title("Your goods")
    gone = await shop.products.get(f"/products/{product_id}")
    assert gone.status_code == 404


async def test_stale_form_keeps_what_seller_typed(visitor: Visitor, shop: Shop) -> None:
    seller = await shop.register()
    lamp = await shop.sell(seller, quantity=1)
    await visitor.sign_in(seller.username, f"/sell/{lamp}")
    await visitor.field("Description (optional)").fill("Warm light.")

    products = shop.services.products.signed_in(seller.token)
    (await products.change_product(lamp, {"price": "21.00"})).expect(200)
    save = visitor.page.locator("form").filter(has_text="Description")
    await save.locator("[type=submit]").click()

    notice = visitor.page.get_by_role("alert")
    await expect(notice).to_contain_text("Price: now “21.00”")
    await expect(visitor.field("Description (optional)")).to_have_value("Warm light.")
    await notice.get_by_role("button", name="Save my entries").click()
    await expect(
        visitor.page.get_by_text("Your changes are saved.").first
    ).to_be_visible()
    saved = (await shop.services.products.read_product(lamp)).expect(200)
    assert (saved["description"], saved["price"]) == ("Warm light.", "19.99")
