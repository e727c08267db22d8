"""Tokens in constant use, whose validations are confirmed, are rejected after 1 s."""

import asyncio
import re
from collections.abc import Iterator
from functools import partial

import pytest

from chassis.testing import eventually
from tests.ended_tokens import Request, all_are_rejected_in_time
from tests.replicas import Replicas
from tools.client.shop import PASSWORD, Person, Shop
from tools.local.lifecycle import Platform

POLLS = re.compile(r'http_requests_total\{.*"/token-changes".*\} ([0-9.e+]+)')


@pytest.fixture(scope="module")
def replicas(platform: Platform) -> Iterator[Replicas]:
    """A second replica of user-service."""
    with Replicas(platform, only=["user-service"]).started() as replicas:
        yield replicas


async def polls(shop: Shop) -> float:
    metrics = (await shop.users.get("/metrics")).text
    return sum(float(value) for value in POLLS.findall(metrics))


def uses(shop: Shop, person: Person) -> list[Request]:
    """Returns requests with the token to all services, often enough for polls."""
    reads = [(shop.orders, "/orders"), (shop.notifications, "/notifications")]
    return [
        partial(client.get, path, headers=person.headers) for client, path in reads * 4
    ]


async def end(shop: Shop, person: Person, how: str) -> None:
    match how:
        case "log-out":
            answer = await shop.users.post("/logout", headers=person.headers)
        case "password change":
            change = {"current_password": PASSWORD, "new_password": "battery staple"}
            answer = await shop.users.put(
                "/me/password", json=change, headers=person.headers
            )
        case "deactivation":
            administrator = await shop.administrator()
            answer = await shop.users.delete(
                f"/users/{person.user_id}", headers=administrator.headers
            )
        case _:
            answer = await shop.users.delete("/me", headers=person.headers)
    assert answer.status_code == 204, answer.text


@pytest.mark.parametrize(
    "how", ["log-out", "password change", "deactivation", "erasure"]
)
async def test_confirmed_token_is_rejected_one_second_after(
    shop: Shop, other: Shop, how: str
) -> None:
    """The other replica of user-service ends the session."""
    ada = await shop.register()
    requests = uses(shop, ada)
    before = await polls(shop)

    async def is_confirmed() -> bool:
        answers = await asyncio.gather(*(request() for request in requests))
        assert {answer.status_code for answer in answers} == {200}
        return await polls(shop) >= before + 6

    await eventually(is_confirmed, within=20)
    await end(other, ada, how)
    await all_are_rejected_in_time(requests)
