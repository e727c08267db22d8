"""A visitor of the shop, who finds buttons and fields by the words on the pages."""

import re
import uuid
from dataclasses import dataclass, field
from urllib.parse import quote

from playwright.async_api import Locator, Page, expect

from tools.client.shop import PASSWORD

ADDRESS = {
    "Name": "Ada Lovelace",
    "Street and number": "1 Analytical Row",
    "Postcode": "W1 1AA",
    "Town": "London",
    "Country": "United Kingdom",
}
ORDER_BUTTON = re.compile("^Order and pay")
THANKS = "Thank you, it is ordered"


@dataclass(frozen=True)
class Visitor:
    """
    Attributes:
        expected_errors: beginnings of errors that the pages may log.
        headers: those that name the user, as the page sent them last.
    """

    page: Page
    url: str
    expected_errors: list[re.Pattern[str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    async def is_served(self) -> bool:
        """Returns whether the gateway has loaded the build."""
        accept = {"Accept": "text/html"}
        response = await self.page.request.get(self.url, headers=accept)
        return response.status == 200

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.url}{path}")
        await expect(self.page.locator("h1")).to_be_visible()

    async def go_offline(self) -> None:
        """Takes the network from the browser, and waits until the page says so."""
        await self.page.context.set_offline(True)
        # Without any network, the browser was offline before, and reports nothing.
        await self.page.evaluate("dispatchEvent(new Event('offline'))")
        await expect(self.page.locator(".bars .bar").first).to_be_visible()

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=name)

    def link(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("link", name=name)

    def field(self, label: str) -> Locator:
        return self.page.get_by_role("main").get_by_label(label, exact=True)

    async def sees_title(self, title: str) -> None:
        heading = self.page.get_by_role("heading", level=1, name=title)
        await expect(heading).to_be_visible()

    async def sign_up(self) -> str:
        """Fills in the form of the page for new customers; returns the username."""
        name = f"visitor-{uuid.uuid4().hex[:10]}"
        await self.sees_title("Create an account")
        await self.field("Username").fill(name)
        await self.field("Password").fill(PASSWORD)
        await self.field("Your name (optional)").fill("Ada Lovelace")
        await self.page.get_by_role("main").locator("form [type=submit]").click()
        heading = self.page.get_by_role("heading", level=1, name="Create an account")
        await expect(heading).to_be_hidden()
        return name

    async def sign_in(self, username: str, path: str) -> None:
        """Signs in on the way to a page."""
        await self.open(f"/sign-in?return_to={quote(path, safe='')}")
        await self.field("Username or e-mail address").fill(username)
        await self.field("Password").fill(PASSWORD)
        await self.page.get_by_role("main").locator("form [type=submit]").click()
        await self.page.wait_for_url(f"{self.url}{path}")

    async def put_in_cart(self, product_id: int) -> None:
        await self.open(f"/products/{product_id}")
        await self.button("Add to the cart").click()
        await expect(self.link("To the cart")).to_be_visible()

    async def fill_in_address(self) -> None:
        for label, value in ADDRESS.items():
            await self.field(label).fill(value)

    async def reach_checkout(self, product_id: int) -> str:
        """Signs up and fills in the checkout; returns the username."""
        await self.open("/sign-up")
        name = await self.sign_up()
        await self.put_in_cart(product_id)
        await self.open("/checkout")
        await self.fill_in_address()
        return name
