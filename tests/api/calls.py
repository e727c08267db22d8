"""Makes the calls of the table, about things of the owner."""

import re
import uuid
from typing import Any

import httpx

from chassis.testing import eventually
from tests.api.authorisation import TABLE, Actor, Row
from tests.api.people import People
from tools.client.shop import PASSWORD

PLACEHOLDER = re.compile(r"{(\w+)}")


async def call(
    people: People, actor: Actor, service: str, operation: str, **more: Any
) -> httpx.Response:
    """Calls an operation at its service.

    Args:
        more: fields beyond those of the row's JSON body.
    """
    row = TABLE[service][operation]
    return await call_at(
        people.shop.client(service), people, actor, operation, row, **more
    )


async def call_at(
    client: httpx.AsyncClient,
    people: People,
    actor: Actor,
    operation: str,
    row: Row,
    **more: Any,
) -> httpx.Response:
    """Reads the answer, unless that would never end."""
    things = Things(people)
    method, path = (await things.fill(operation)).split()
    content = await things.fill(row.call)
    if more:
        content["json"] |= more
    headers = content.pop("headers", {}) | await people.headers(actor)
    request = client.build_request(method, path, headers=headers, **content)
    answer = await client.send(request, stream=True)
    try:
        if "event-stream" not in answer.headers.get("Content-Type", ""):
            await answer.aread()
    finally:
        await answer.aclose()
    return answer


class Things:
    """Objects of the owner for one call, created when first used."""

    def __init__(self, people: People) -> None:
        self._shop = people.shop
        self._owner = people.owner
        self._things: dict[str, Any] = {
            "user_id": people.owner.user_id,
            "user_id_or_email": people.owner.user_id,
            "username": people.owner.username,
            "access_token": people.owner.token,
            "letter_id": "none",
            **people.shop.grant("order-service"),
        }

    async def fill(self, template: Any) -> Any:
        """Puts things where the template names them."""
        match template:
            case dict():
                return {key: await self.fill(value) for key, value in template.items()}
            case list():
                return [await self.fill(value) for value in template]
            case str():
                named = PLACEHOLDER.findall(template)
                things = {name: await self.get(name) for name in named}
                alone = PLACEHOLDER.fullmatch(template)
                return things[alone[1]] if alone else template.format_map(things)
            case _:
                return template

    async def get(self, name: str) -> Any:
        if name not in self._things:
            self._things[name] = await getattr(self, f"_{name}")()
        return self._things[name]

    async def _new_username(self) -> str:
        return f"grace-{uuid.uuid4().hex[:10]}"

    async def _refresh_token(self) -> str:
        return (await self._log_in())["refresh_token"]

    async def _sid(self) -> str:
        """Returns the id of a separate session, so that it can be ended."""
        token = (await self._log_in())["access_token"]
        answer = await self._shop.users.post("/validate-token", json={"token": token})
        sid: str = answer.json()["sid"]
        return sid

    async def _log_in(self) -> dict[str, str]:
        form = {"username": self._owner.username, "password": PASSWORD}
        answer = await self._shop.users.post("/login", data=form)
        pair: dict[str, str] = answer.json()
        return pair

    async def _product_id(self) -> int:
        return await self._shop.sell(self._owner, quantity=10)

    async def _order_id(self) -> int:
        product_id = await self.get("product_id")

        async def placed() -> int | None:
            answer = await self._shop.order(self._owner, product_id)
            return answer.json()["id"] if answer.status_code == 201 else None

        return await eventually(placed, within=30)

    async def _notification_id(self) -> int:
        async def sent() -> int | None:
            answer = await self._shop.notifications.get(
                "/notifications?status=sent", headers=self._owner.headers
            )
            return answer.json()[0]["id"] if answer.json() else None

        return await eventually(sent, within=30)
