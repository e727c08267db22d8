"""A visitor who uses the keyboard alone."""

from dataclasses import dataclass

from playwright.async_api import Keyboard, Locator, expect

from tests.storefront.visitor import Visitor

# More stops than any page has.
MOST_STOPS = 80
HAS_FOCUS = "element => element === document.activeElement"


@dataclass(frozen=True)
class Typist:
    visitor: Visitor

    @property
    def keyboard(self) -> Keyboard:
        return self.visitor.page.keyboard

    async def tab_to(self, target: Locator, key: str = "Tab") -> None:
        """Presses Tab until the focus is there, and checks that it can be seen."""
        await expect(target).to_be_visible()
        for _ in range(MOST_STOPS):
            if await target.evaluate(HAS_FOCUS):
                await expect(target).to_be_in_viewport()
                return
            await self.keyboard.press(key)
        raise AssertionError(f"{target} cannot be reached with {key}")

    async def tab_back_to(self, target: Locator) -> None:
        await self.tab_to(target, "Shift+Tab")

    async def press(self, target: Locator) -> None:
        await self.tab_to(target)
        await self.keyboard.press("Enter")

    async def enter(self, target: Locator, text: str) -> None:
        await self.tab_to(target)
        await self.keyboard.type(text)
