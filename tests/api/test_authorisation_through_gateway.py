"""The gateway passes on the public operations, each for the callers of its row."""

import re
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from tests.api.authorisation import Actor
from tests.api.calls import call_at
from tests.api.operations import Operation, operations
from tests.api.people import People
from tests.api.public_authorisation import OWN, PRIVATE, PUBLIC_TABLE
from tests.api.through_gateway import own_names
from tools.client.shop import Shop
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY

# The first whom a row admits shows that its path leads to the operation.
LIKELY = (Actor.OWNER, Actor.ADMIN, Actor.SERVICE)


def cases() -> Iterator[pytest.ParameterSet]:
    """Yields each operation with one caller, and for the slow tests with all."""
    for operation, row in PUBLIC_TABLE.items():
        first = next((a for a in LIKELY if row.admits(a)), Actor.ANONYMOUS)
        for actor in Actor:
            is_quick = actor in (first, Actor.EXPIRED)
            marks = () if is_quick else pytest.mark.slow
            yield pytest.param(operation, actor, marks=marks)


@pytest_asyncio.fixture(scope="module")
async def people(platform: Platform) -> AsyncIterator[People]:
    async with Shop(platform) as shop:
        yield await People.of(platform, shop)


@pytest.mark.parametrize(("operation", "actor"), list(cases()))
async def test_every_actor_gets_answer_of_table(
    people: People, gateway: httpx.AsyncClient, operation: str, actor: Actor
) -> None:
    row = PUBLIC_TABLE[operation]
    expected = row.answers[actor]
    if row.ends is not None and expected < 400:
        people = await people.with_new(actor if row.ends == "caller" else Actor.OWNER)
    answer = await call_at(gateway, people, actor, operation, row)
    assert answer.status_code == expected, answer.text


def test_every_own_operation_has_a_row() -> None:
    assert sorted(own_names()) == sorted(OWN)


@pytest.mark.parametrize("operation", operations([GATEWAY]), ids=str)
def test_document_declares_answers_for_every_actor(operation: Operation) -> None:
    answers = set(PUBLIC_TABLE[str(operation)].answers.values())
    assert answers <= operation.statuses


@pytest.mark.parametrize("version", ["/api", "/api/v1"])
@pytest.mark.parametrize(("service", "operation"), PRIVATE)
async def test_private_operation_is_not_found(
    people: People,
    gateway: httpx.AsyncClient,
    service: str,
    operation: str,
    version: str,
) -> None:
    method, path = re.sub(r"{\w+}", "1", operation).split()
    answer = await gateway.request(
        method, version + path, headers=await people.headers(Actor.ADMIN)
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
