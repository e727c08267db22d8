"""A page of the shop in a browser, which keeps its session as the gateway offers it."""

from dataclasses import dataclass
from typing import Any, Self

from playwright.async_api import BrowserContext, Page, Route

from tests.api.through_gateway import CSRF, SESSION
from tools.client.shop import PASSWORD, Person

EMPTY = "<!doctype html><title>Shop</title>"
SEND = """async ([method, path, headers, body]) => {
    const response = await fetch(path, {method, headers, body});
    const text = await response.text();
    return {status: response.status, body: text ? JSON.parse(text) : null};
}"""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any


@dataclass(frozen=True)
class ShopPage:
    """One tab. The page itself is empty, because only its origin matters."""

    page: Page

    @classmethod
    async def opened(cls, context: BrowserContext, url: str) -> Self:
        page = await context.new_page()
        await page.route(f"{url}/shop", _fulfil)
        await page.goto(f"{url}/shop")
        return cls(page)

    async def send(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: str | None = None,
    ) -> Answer:
        """Sends a request with `fetch`, as a script of the page does."""
        found = await self.page.evaluate(SEND, [method, path, headers or {}, body])
        return Answer(found["status"], found["body"])

    async def log_in(self, person: Person) -> str:
        """Opens a session, and returns its access token."""
        body = f'{{"username": "{person.username}", "password": "{PASSWORD}"}}'
        headers = CSRF | {"Content-Type": "application/json"}
        answer = await self.send("POST", SESSION, headers, body)
        assert answer.status == 200, answer
        token: str = answer.body["access_token"]
        return token

    async def refresh(self) -> Answer:
        return await self.send("POST", f"{SESSION}/refresh", CSRF)

    async def log_out(self) -> Answer:
        return await self.send("DELETE", SESSION, CSRF)

    async def call(self, method: str, path: str, token: str) -> Answer:
        """Calls an operation with an access token."""
        return await self.send(method, path, {"Authorization": f"Bearer {token}"})

    async def is_logged_in(self) -> bool:
        """Refreshes, and tries the new access token."""
        answer = await self.refresh()
        if answer.status != 200:
            return False
        token = answer.body["access_token"]
        account = await self.call("GET", "/api/v1/users/me", token)
        return account.status == 200


async def _fulfil(route: Route) -> None:
    await route.fulfill(content_type="text/html", body=EMPTY)
