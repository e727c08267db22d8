"""The platform as its users see it: through the services' own doors."""

import uuid
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any, Protocol, Self

import httpx

from chassis.testing import eventually

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Person:
    user_id: int
    username: str
    token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


class Address(Protocol):
    """Where the services are, and with which settings: a platform, or replicas."""

    def url(self, service: str) -> str: ...

    def environment(self, name: str) -> Mapping[str, str]: ...


class Shop:
    def __init__(self, platform: Address) -> None:
        self._platform = platform
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        limits = httpx.Limits(max_connections=300)
        for name in ("user", "product", "order", "notification"):
            url = self._platform.url(f"{name}-service")
            client = httpx.AsyncClient(base_url=url, limits=limits, timeout=15)
            setattr(self, f"{name}s", await self._stack.enter_async_context(client))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    users: httpx.AsyncClient
    products: httpx.AsyncClient
    orders: httpx.AsyncClient
    notifications: httpx.AsyncClient

    async def register(self, name: str = "") -> Person:
        """A new customer, signed in."""
        account = new_account(name)
        registered = await self.users.post("/register", json=account)
        assert registered.status_code == 201, registered.text
        user_id: int = registered.json()["id"]
        return await self.log_in(user_id, account["username"], PASSWORD)

    async def sign_in(self, name: str) -> Person:
        """Somebody who has registered before."""
        signed_in = await self.log_in(0, name, PASSWORD)
        answer = await self.users.get("/me", headers=signed_in.headers)
        assert answer.status_code == 200, answer.text
        return replace(signed_in, user_id=answer.json()["id"])

    async def administrator(self) -> Person:
        environment = self._platform.environment("user-service")
        name, password = environment["ADMIN_USERNAME"], environment["ADMIN_PASSWORD"]
        return await self.log_in(0, name, password)

    async def appoint(self) -> Person:
        """A new administrator, signed in."""
        first = await self.administrator()
        name = f"root-{uuid.uuid4().hex[:10]}"
        account = {"username": name, "password": PASSWORD, "role": "admin"}
        made = await self.users.post("/users", json=account, headers=first.headers)
        assert made.status_code == 201, made.text
        return await self.log_in(made.json()["id"], name, PASSWORD)

    async def log_in(self, user_id: int, username: str, password: str) -> Person:
        form = {"username": username, "password": password}
        answer = await self.users.post("/login", data=form)
        assert answer.status_code == 200, answer.text
        pair = answer.json()
        return Person(user_id, username, pair["access_token"], pair["refresh_token"])

    async def renew(self, person: Person) -> Person:
        """The same person with new tokens, which no other service has seen."""
        spent = {"refresh_token": person.refresh_token}
        answer = await self.users.post("/refresh", json=spent)
        assert answer.status_code == 200, answer.text
        pair = answer.json()
        return replace(
            person, token=pair["access_token"], refresh_token=pair["refresh_token"]
        )

    async def as_service(self, service: str) -> dict[str, str]:
        """The header of a service that asks another, with a new token."""
        answer = await self.users.post("/oauth/token", data=self.grant(service))
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def grant(self, service: str) -> dict[str, str]:
        environment = self._platform.environment(service)
        return {
            "grant_type": "client_credentials",
            "client_id": environment["SERVICE_CLIENT_ID"],
            "client_secret": environment["SERVICE_CLIENT_SECRET"],
        }

    def client(self, service: str) -> httpx.AsyncClient:
        client: httpx.AsyncClient = getattr(self, service.replace("-service", "s"))
        return client

    async def sell(self, seller: Person, quantity: int, price: str = "19.99") -> int:
        """Offers a new product; returns its id."""
        offer = {"name": "Brass lamp", "price": price, "quantity": quantity}
        answer = await self.products.post(
            "/products", json=offer, headers=seller.headers
        )
        assert answer.status_code == 201, answer.text
        product_id: int = answer.json()["id"]
        return product_id

    async def order(
        self, customer: Person, product_id: int, quantity: int = 1, key: str = ""
    ) -> httpx.Response:
        headers = customer.headers | ({"Idempotency-Key": key} if key else {})
        body = {"product_id": product_id, "quantity": quantity}
        return await self.orders.post("/orders", json=body, headers=headers)

    async def buy(self, customer: Person, product_id: int) -> int:
        """Orders one piece, and asks again where the shop says so; returns the answer.

        Returns:
            the status of the first answer that is final: 201, 202 or 409.
        """
        key = uuid.uuid4().hex

        async def final() -> int | None:
            answer = await self.order(customer, product_id, key=key)
            assert answer.status_code in (201, 202, 409, 503), answer.text
            if answer.status_code == 503 or "request_in_progress" in answer.text:
                return None
            return answer.status_code

        return await eventually(final, within=90, every=0.5)

    async def order_of(self, customer: Person, order_id: int) -> dict[str, Any]:
        answer = await self.orders.get(f"/orders/{order_id}", headers=customer.headers)
        assert answer.status_code == 200, answer.text
        order: dict[str, Any] = answer.json()
        return order

    async def stock(self, product_id: int) -> dict[str, int]:
        answer = await self.products.get(f"/inventory/{product_id}")
        assert answer.status_code == 200, answer.text
        stock: dict[str, int] = answer.json()
        return stock

    async def statuses(self, customer: Person) -> Counter[str]:
        """How many orders the customer has in each state; refused ones are left out."""
        counted: Counter[str] = Counter()
        path: str | None = "/orders?limit=100"
        while path is not None:
            page = await self.orders.get(path, headers=customer.headers)
            assert page.status_code == 200, page.text
            counted.update(order["status"] for order in page.json())
            path = page.links["next"]["url"] if "next" in page.links else None
        return counted

    async def notified(self, customer: Person, order_id: int) -> list[dict[str, Any]]:
        answer = await self.notifications.get(
            "/notifications",
            params={"order_id": order_id, "limit": 100},
            headers=customer.headers,
        )
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found

    async def is_notified_of(
        self, customer: Person, order_id: int, *events: str, within: float = 20
    ) -> None:
        """Waits until the order has exactly these notifications, all of them sent."""

        async def check() -> bool:
            found = await self.notified(customer, order_id)
            sent = sorted(n["event_type"] for n in found if n["status"] == "sent")
            assert sent == sorted(events), f"{sent} for order {order_id}"
            return True

        await eventually(check, within=within, every=0.2)

    async def is_at_rest(self, product_id: int, reserved: int, available: int) -> None:
        """Waits until the product's stock is this."""

        async def check() -> bool:
            stock = await self.stock(product_id)
            held = (stock["reserved"], stock["available"])
            assert held == (reserved, available), f"{held} of product {product_id}"
            return True

        await eventually(check, within=40, every=0.2)


def new_account(name: str = "") -> dict[str, str]:
    name = name or f"ada-{uuid.uuid4().hex[:10]}"
    return {
        "username": name,
        "password": PASSWORD,
        "email": f"{name}@example.com",
        "full_name": "Ada Lovelace",
    }
