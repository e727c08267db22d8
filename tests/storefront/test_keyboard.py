"""A customer orders with the keyboard alone."""

from playwright.async_api import Locator, expect

from tests.storefront.visitor import ADDRESS, ORDER_BUTTON, THANKS, Visitor
from tools.client.shop import PASSWORD, Shop

# More stops than any page has.
MOST_STOPS = 80
HAS_FOCUS = "element => element === document.activeElement"


async def tab_to(visitor: Visitor, target: Locator) -> None:
    """Presses Tab until the focus is there, and checks that it can be seen."""
    await expect(target).to_be_visible()
    for _ in range(MOST_STOPS):
        if await target.evaluate(HAS_FOCUS):
            await expect(target).to_be_in_viewport()
            return
        await visitor.page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached with Tab")


async def press(visitor: Visitor, target: Locator) -> None:
    await tab_to(visitor, target)
    await visitor.page.keyboard.press("Enter")


async def enter(visitor: Visitor, target: Locator, text: str) -> None:
    await tab_to(visitor, target)
    await visitor.page.keyboard.type(text)


async def test_order_is_placed_with_keyboard_alone(
    visitor: Visitor, shop: Shop
) -> None:
    customer = await shop.register()
    lamp = await shop.sell(await shop.register(), quantity=2)

    await visitor.open("/sign-in")
    await enter(visitor, visitor.field("Username or e-mail address"), customer.username)
    await enter(visitor, visitor.field("Password"), PASSWORD)
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.get_by_text(customer.username).first).to_be_attached()

    await visitor.open(f"/products/{lamp}")
    await press(visitor, visitor.button("Add to the cart"))
    await press(visitor, visitor.link("To the cart"))
    await visitor.sees_title("Your cart")
    await press(visitor, visitor.link("To the checkout"))
    await visitor.sees_title("Checkout")
    for label, value in ADDRESS.items():
        await enter(visitor, visitor.field(label), value)
    await press(visitor, visitor.button(ORDER_BUTTON))
    await visitor.sees_title(THANKS)
    await shop.is_at_rest(lamp, reserved=1, available=1)


async def test_skip_link_leads_to_content(visitor: Visitor) -> None:
    await visitor.open("/products")
    await visitor.page.keyboard.press("Tab")
    skip = visitor.link("Skip to the content")
    await expect(skip).to_be_focused()
    await visitor.page.keyboard.press("Enter")
    inside = "main => main.contains(document.activeElement)"
    assert await visitor.page.get_by_role("main").evaluate(inside)


async def test_focus_is_on_title_after_navigation(visitor: Visitor) -> None:
    await visitor.open("/cart")
    await press(visitor, visitor.page.get_by_role("main").get_by_role("link").first)
    await visitor.sees_title("All goods")
    await expect(visitor.page.locator("h1")).to_be_focused()
