"""The demo's goods and people, for tours that find nothing by its words.

The tours are the same in every language, and some languages exist in tests only.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, expect

from tests.demo import PASSWORD
from tests.storefront.visitor import Visitor
from tools.client.shop import Person, Shop
from tools.local.lifecycle import Platform

BUYER, SELLER = "amara.osei", "ingrid.ostlund"


# A name, a price and a quantity.
Line = tuple[str, str, int]


@dataclass(frozen=True)
class Scene:
    visitor: Visitor
    shop: Shop
    platform: Platform

    @property
    def submit(self) -> Locator:
        return self.visitor.page.locator("main form [type=submit]").last

    async def go(self, path: str) -> None:
        """Opens a page, and waits until it shows what it has asked for."""
        await self.visitor.open(path)
        await self.settle()

    async def settle(self) -> None:
        main = self.visitor.page.locator("main")
        await expect(main.locator(".skeleton")).to_have_count(0)
        await expect(main.locator("[aria-busy=true]")).to_have_count(0)

    async def click(self, selector: str) -> None:
        await self.visitor.page.locator(selector).first.click()

    async def sees(self, selector: str) -> None:
        await expect(self.visitor.page.locator(selector).first).to_be_visible()

    async def sign_in(self, username: str, password: str) -> None:
        page = self.visitor.page
        await self.visitor.open("/sign-in?return_to=%2Forders")
        await page.locator("main input[autocomplete=username]").fill(username)
        await page.locator("main input[type=password]").fill(password)
        await self.submit.click()
        await page.wait_for_url(f"{self.visitor.url}/orders")
        await self.settle()

    async def demo_person(self, username: str) -> Person:
        return await self.shop.log_in(0, username, PASSWORD)

    async def product(self, name: str) -> int:
        """Returns the id of one of the demo's goods."""
        found = (await self.shop.services.products.search_products(q=name)).expect(200)
        return next(each["id"] for each in found if each["name"] == name)

    async def fill_cart(self, *lines: Line) -> None:
        """Puts goods into the cart of the browser."""
        await self._store("pannier.cart.1", await self._in_cart(*lines))

    async def leave_order(self, user_id: int, *lines: Line) -> None:
        """Leaves an order in the browser, sent an hour ago and without an answer."""
        in_cart = await self._in_cart(*lines)
        items = [
            {"product_id": each["productId"], "quantity": each["quantity"]}
            for each in in_cart
        ]
        sent_at = (time.time() - 3600) * 1000
        attempt = {
            "userId": user_id,
            "key": "left",
            "body": {"items": items, "shipping_address": "Kanda 3-7-2\nTokyo"},
            "lines": in_cart,
            "begunAt": sent_at,
            "sentAt": sent_at,
        }
        await self._store("pannier.checkout.attempt.left", attempt)

    async def _in_cart(self, *lines: Line) -> list[dict[str, Any]]:
        return [
            {
                "productId": await self.product(name),
                "name": name,
                "category": None,
                "unitPrice": price,
                "quantity": quantity,
            }
            for name, price, quantity in lines
        ]

    async def _store(self, key: str, value: Any) -> None:
        await self.visitor.page.evaluate(
            "([key, value]) => localStorage.setItem(key, value)",
            [key, json.dumps(value)],
        )
