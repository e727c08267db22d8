"""People who use the platform through the APIs of its services."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Protocol, Self

import httpx

from chassis.polling import eventually
from tools.client.generated.notification_service import NotificationRead
from tools.client.generated.order_service import OrderRead
from tools.client.generated.product_service import InventoryRead
from tools.client.generated.user_service import ClientGrant, UserCreate
from tools.client.services import Services, connected

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
    """Knows the URLs and settings of the services: a platform, or replicas."""

    def url(self, service: str) -> str: ...

    def environment(self, name: str) -> Mapping[str, str]: ...


class Shop:
    """People who use the services: they register, sell, order, and wait for the result.

    The methods use the generated clients in `services`. `users`, `products`, `orders`
    and `notifications` send any other request.

    Args:
        through_gateway: whether the gateway passes all requests on.
    """

    services: Services

    def __init__(self, platform: Address, *, through_gateway: bool = False) -> None:
        self._platform = platform
        self._through_gateway = through_gateway
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        connection = connected(
            self._platform.url, through_gateway=self._through_gateway
        )
        self.services = await self._stack.enter_async_context(connection)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def users(self) -> httpx.AsyncClient:
        return self.services.users.http

    @property
    def products(self) -> httpx.AsyncClient:
        return self.services.products.http

    @property
    def orders(self) -> httpx.AsyncClient:
        return self.services.orders.http

    @property
    def notifications(self) -> httpx.AsyncClient:
        return self.services.notifications.http

    async def register(self, name: str = "") -> Person:
        """Returns a new customer, signed in."""
        account = new_account(name)
        registered = await self.services.users.register_user(account)
        user_id = registered.expect(201)["id"]
        return await self.log_in(user_id, account["username"], PASSWORD)

    async def sign_in(self, name: str) -> Person:
        """Signs in a person who has registered before."""
        signed_in = await self.log_in(0, name, PASSWORD)
        users = self.services.users.signed_in(signed_in.token)
        return replace(
            signed_in, user_id=(await users.read_own_account()).expect(200)["id"]
        )

    async def administrator(self) -> Person:
        """Signs in the platform's first administrator."""
        environment = self._platform.environment("user-service")
        name, password = environment["ADMIN_USERNAME"], environment["ADMIN_PASSWORD"]
        return await self.log_in(0, name, password)

    async def appoint(self) -> Person:
        """Returns a new administrator, signed in."""
        first = await self.administrator()
        name = f"root-{uuid.uuid4().hex[:10]}"
        created = await self.services.users.signed_in(first.token).create_user(
            {"username": name, "password": PASSWORD, "role": "admin"}
        )
        return await self.log_in(created.expect(201)["id"], name, PASSWORD)

    async def log_in(self, user_id: int, username: str, password: str) -> Person:
        answer = await self.services.users.log_in(
            {"username": username, "password": password}
        )
        pair = answer.expect(200)
        return Person(user_id, username, pair["access_token"], pair["refresh_token"])

    async def renew(self, person: Person) -> Person:
        """Returns the person with new tokens, which no other service has validated."""
        spent = person.refresh_token
        pair = (await self.services.users.refresh({"refresh_token": spent})).expect(200)
        return replace(
            person, token=pair["access_token"], refresh_token=pair["refresh_token"]
        )

    async def as_service(self, service: str) -> dict[str, str]:
        """Returns the headers with which a service calls another, with a new token."""
        granted = await self.services.users.grant_service_token(self.grant(service))
        return {"Authorization": f"Bearer {granted.expect(200)['access_token']}"}

    def grant(self, service: str) -> ClientGrant:
        environment = self._platform.environment(service)
        return {
            "grant_type": "client_credentials",
            "client_id": environment["SERVICE_CLIENT_ID"],
            "client_secret": environment["SERVICE_CLIENT_SECRET"],
        }

    def client(self, service: str) -> httpx.AsyncClient:
        clients = {
            "user-service": self.users,
            "product-service": self.products,
            "order-service": self.orders,
            "notification-service": self.notifications,
        }
        return clients[service]

    async def sell(self, seller: Person, quantity: int, price: str = "19.99") -> int:
        """Offers a new product; returns its id."""
        products = self.services.products.signed_in(seller.token)
        created = await products.create_product(
            {"name": "Brass lamp", "price": price, "quantity": quantity}
        )
        return created.expect(201)["id"]

    async def order(
        self, customer: Person, product_id: int, quantity: int = 1, key: str = ""
    ) -> httpx.Response:
        orders = self.services.orders.signed_in(customer.token)
        placed = await orders.place_order(
            {"items": [{"product_id": product_id, "quantity": quantity}]},
            idempotency_key=key or None,
        )
        return placed.response

    async def buy(self, customer: Person, product_id: int) -> int:
        """Orders one piece, and retries until the answer is final.

        Returns:
            the status of the first final answer: 201, 202 or 409.
        """
        key = uuid.uuid4().hex

        async def final() -> int | None:
            answer = await self.order(customer, product_id, key=key)
            assert answer.status_code in (201, 202, 409, 503), answer.text
            if answer.status_code == 503 or "request_in_progress" in answer.text:
                return None
            return answer.status_code

        return await eventually(final, within=90, every=0.5)

    async def order_of(self, customer: Person, order_id: int) -> OrderRead:
        orders = self.services.orders.signed_in(customer.token)
        return (await orders.get_order(order_id)).expect(200)

    async def stock(self, product_id: int) -> InventoryRead:
        return (await self.services.products.read_inventory(product_id)).expect(200)

    async def statuses(self, customer: Person) -> Counter[str]:
        """Counts the customer's orders by status; rejected orders are left out."""
        orders = self.services.orders.signed_in(customer.token)
        first = await orders.list_orders(limit=100)
        return Counter([order["status"] async for order in orders.every(first)])

    async def notified(self, customer: Person, order_id: int) -> list[NotificationRead]:
        """Returns the customer's notifications of an order."""
        notifications = self.services.notifications.signed_in(customer.token)
        found = await notifications.list_notifications(order_id=order_id, limit=100)
        return found.expect(200)

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

    async def are_notified_of(
        self, customer: Person, order_ids: Collection[int], *events: str
    ) -> None:
        """Waits until each order has exactly these notifications, all of them sent.

        Reads them by pages, and not by orders, of which there may be hundreds.
        """
        notifications = self.services.notifications.signed_in(customer.token)

        async def check() -> bool:
            sent = defaultdict[int | None, list[str]](list)
            first = await notifications.list_notifications(limit=100)
            async for each in notifications.every(first):
                if each["status"] == "sent":
                    sent[each["order_id"]].append(each["event_type"])
            wrong = {n: sent[n] for n in order_ids if sorted(sent[n]) != sorted(events)}
            assert not wrong, f"notifications of orders: {wrong}"
            return True

        await eventually(check, within=60, every=0.2)

    async def is_at_rest(self, product_id: int, reserved: int, available: int) -> None:
        """Waits until the product has this stock."""

        async def check() -> bool:
            stock = await self.stock(product_id)
            held = (stock["reserved"], stock["available"])
            assert held == (reserved, available), f"{held} of product {product_id}"
            return True

        await eventually(check, within=40, every=0.2)


def new_account(name: str = "") -> UserCreate:
    name = name or f"ada-{uuid.uuid4().hex[:10]}"
    return {
        "username": name,
        "password": PASSWORD,
        "email": f"{name}@example.com",
        "full_name": "Ada Lovelace",
    }
