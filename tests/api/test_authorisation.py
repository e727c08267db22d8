"""Every operation accepts exactly the callers that its table row allows."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.api.authorisation import TABLE, Actor
from tests.api.calls import Things, call
from tests.api.people import People, aged
from tools.client.shop import Shop
from tools.local.lifecycle import Platform

ROWS = [(s, operation) for s, rows in TABLE.items() for operation in rows]
WITH_JSON = [(s, o) for s, o in ROWS if "json" in TABLE[s][o].call]
Operations = dict[str, dict[str, Any]]

# Fields that only a service sets, except those that an operation's row lists.
NOT_FOR_CLIENTS = {
    "id": 1,
    "owner_id": 1,
    "user_id": 1,
    "role": "admin",
    "is_active": True,
    "status": "delivered",
    "customer_email": "ada@example.com",
    "unit_price": "0.01",
    "total_amount": "0.01",
}


@pytest_asyncio.fixture(scope="module")
async def people(platform: Platform) -> AsyncIterator[People]:
    async with Shop(platform) as shop:
        yield await People.of(platform, shop)


@pytest_asyncio.fixture(scope="module")
async def served(people: People) -> dict[str, Operations]:
    """The operations of each service, as its document tells them."""
    documents = {
        name: (await people.shop.client(name).get("/openapi.json")).json()
        for name in TABLE
    }
    return {
        name: {
            f"{method.upper()} {path}": operation
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        }
        for name, document in documents.items()
    }


@pytest.mark.parametrize("actor", Actor)
@pytest.mark.parametrize(("service", "operation"), ROWS)
async def test_every_actor_gets_answer_of_table(
    people: People, service: str, operation: str, actor: Actor
) -> None:
    row = TABLE[service][operation]
    expected = row.answers[actor]
    if row.ends is not None and expected < 400:
        people = await people.with_new(actor if row.ends == "caller" else Actor.OWNER)
    answer = await call(people, actor, service, operation)
    assert answer.status_code == expected, answer.text


async def test_expired_token_was_valid_before(
    people: People, platform: Platform
) -> None:
    admin = people.persons[Actor.ADMIN]
    signed_anew = replace(admin, token=aged(admin.token, platform, timedelta(0)))
    answer = await people.shop.users.get("/me", headers=signed_anew.headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("service", TABLE)
def test_every_operation_has_a_row(served: dict[str, Operations], service: str) -> None:
    served_names, known = served[service].keys(), TABLE[service].keys()
    assert sorted(served_names - known) == [], (
        "say in tests/api/authorisation.py who may"
    )
    assert sorted(known - served_names) == [], (
        "rows in tests/api/authorisation.py for nothing"
    )


@pytest.mark.parametrize(("service", "operation"), ROWS)
def test_document_declares_operations_with_token(
    served: dict[str, Operations], service: str, operation: str
) -> None:
    schemes = served[service][operation].get("security", [])
    # Optional where one of the ways is none at all.
    needs_token = {} not in schemes and any(
        "OAuth2PasswordBearer" in scheme for scheme in schemes
    )
    assert needs_token is not TABLE[service][operation].is_public


@pytest.mark.parametrize(("service", "operation"), ROWS)
def test_document_declares_answers_for_every_actor(
    served: dict[str, Operations], service: str, operation: str
) -> None:
    answers = {str(answer) for answer in TABLE[service][operation].answers.values()}
    assert answers <= served[service][operation]["responses"].keys()


@pytest.mark.parametrize(("service", "operation"), WITH_JSON)
async def test_body_cannot_set_fields_reserved_to_others(
    people: People, service: str, operation: str
) -> None:
    row = TABLE[service][operation]
    fields = {k: v for k, v in NOT_FOR_CLIENTS.items() if k not in row.call["json"]}
    actor = next(a for a in (Actor.OWNER, Actor.ADMIN, Actor.SERVICE) if row.admits(a))
    answer = await call(people, actor, service, operation, **fields)
    assert answer.status_code == 422, answer.text
    assert {error["field"] for error in answer.json()["errors"]} >= fields.keys()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/orders/{}"),
        ("GET", "/orders/{}/events"),
        ("PUT", "/orders/{}"),
        ("PATCH", "/orders/{}/status"),
        ("DELETE", "/orders/{}"),
    ],
)
async def test_order_of_another_user_is_not_found(
    people: People, method: str, path: str
) -> None:
    body = {"status": "shipped"} if method.startswith("P") else None

    async def refusal(order_id: int) -> tuple[int, str, str]:
        answer = await people.shop.orders.request(
            method,
            path.format(order_id),
            headers=await people.headers(Actor.STRANGER),
            json=body,
        )
        problem = answer.json()
        detail = problem["detail"].replace(str(order_id), "{}")
        return answer.status_code, problem["code"], detail

    order_id = await Things(people).get("order_id")
    assert await refusal(order_id) == await refusal(10**15)


@pytest.mark.parametrize("actor", [Actor.STRANGER, Actor.ADMIN])
async def test_only_administrators_list_notifications_of_others(
    people: People, actor: Actor
) -> None:
    order_id = await Things(people).get("order_id")
    await people.shop.is_notified_of(people.owner, order_id, "order.created")
    listed = await people.shop.notified(people.persons[actor], order_id)
    assert bool(listed) is (actor is Actor.ADMIN)
