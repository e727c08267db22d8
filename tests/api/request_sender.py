"""Sends requests to operations, as an allowed caller and about existing objects."""

from dataclasses import dataclass, replace
from typing import Any, Self

import httpx

from chassis.testing import eventually
from tests.api.operations import Operation
from tests.api.through_gateway import CSRF, SESSION, is_public
from tools.client.shop import Person, Shop

ATTEMPTS = 5
"""On a busy machine a token may not be checked in time. A 503 that stays is a flaw."""


# After which the tokens that it was sent with are worthless.
ENDS_THE_SESSION = frozenset({"/logout", "/api/v1/auth/logout"})

# Far from the id of any order.
NO_ORDER = 2**40
NO_SESSION = "8f14e45f-ceea-467f-a5d4-7f1c2a9d3b60"
NO_DEAD_LETTER = "0b6a1f1e-4a5c-4c1e-9d0e-6a3c1a2b7d55"


@dataclass(frozen=True)
class Known:
    """An administrator, and something of their own for every parameter of a path."""

    admin: Person
    ids: dict[str, Any]

    @classmethod
    async def made(cls, shop: Shop) -> Self:
        admin, customer = await shop.appoint(), await shop.register()
        user = customer.user_id
        ids = {"user_id": user, "user_id_or_email": user}
        known = cls(admin, ids | {"sid": NO_SESSION, "letter_id": NO_DEAD_LETTER})
        known = await known.renewed(shop)
        order = known.ids["order_id"]

        async def notification() -> int | None:
            found = await shop.notified(admin, order)
            return found[0]["id"] if found else None

        found = await eventually(notification, within=30)
        return replace(known, ids=known.ids | {"notification_id": found})

    async def renewed(self, shop: Shop) -> Self:
        """With another product, and an order of it that is confirmed."""
        product = await shop.sell(self.admin, quantity=1000)
        ordered = await shop.order(self.admin, product)
        assert ordered.status_code == 201, ordered.text
        things = {"product_id": product, "order_id": ordered.json()["id"]}
        return replace(self, ids=self.ids | things)


class RequestSender:
    def __init__(self, shop: Shop, gateway: httpx.AsyncClient, known: Known) -> None:
        self._shop = shop
        self._gateway = gateway
        self._known = known

    async def __call__(
        self,
        operation: Operation,
        ids: dict[str, str] | None = None,
        query: str = "",
        headers: dict[str, str] | None = None,
        **request: Any,
    ) -> httpx.Response:
        """Sends one request as a permitted caller.

        Args:
            ids: replace the known ids in the path, percent-encoded.
            request: the body, as for `httpx.AsyncClient.request`.
        """
        path = operation.path.format_map({**self._ids(operation), **(ids or {})})
        return await self._send(
            operation,
            f"{path}?{query}" if query else path,
            headers={**await self._credentials(operation), **(headers or {})},
            **request,
        )

    async def with_authorization(
        self, operation: Operation, authorization: bytes | None, **request: Any
    ) -> httpx.Response:
        """Sends one request with this Authorization header, or without one."""
        headers = [] if authorization is None else [(b"Authorization", authorization)]
        path = operation.path.format_map(self._ids(operation))
        return await self._send(operation, path, headers=headers, **request)

    async def _send(
        self, operation: Operation, url: str, **request: Any
    ) -> httpx.Response:
        client = self._client(operation)
        for _ in range(ATTEMPTS):
            answer = await client.request(operation.method, url, **request)
            if answer.status_code != 503:
                break
        return answer

    def _client(self, operation: Operation) -> httpx.AsyncClient:
        if is_public(operation):
            return self._gateway
        return self._shop.client(operation.service)

    async def authorization_of_the_wrong_role(self, operation: Operation) -> str:
        right = await self._credentials(operation)
        other = self._known.admin.headers
        if right == other:
            other = await self._shop.as_service("order-service")
        return other["Authorization"]

    def _ids(self, operation: Operation) -> dict[str, Any]:
        if operation.path.startswith("/reservations/"):
            # A real order would not know of the commit or release.
            return {**self._known.ids, "order_id": NO_ORDER}
        return self._known.ids

    async def _credentials(self, operation: Operation) -> dict[str, str]:
        if operation.path.startswith("/reservations/"):
            return await self._shop.as_service("order-service")
        if operation.path in ENDS_THE_SESSION:
            return (await self._shop.register()).headers
        if operation.path.startswith(SESSION):
            return CSRF
        return self._known.admin.headers
