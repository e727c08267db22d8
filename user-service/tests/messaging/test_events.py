"""The events that the service publishes, as consumers receive them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import httpx
import pytest
import pytest_asyncio
from aio_pika.abc import AbstractQueue
from pydantic import SecretStr
from sqlalchemy import select

from app.config.settings import UserSettings
from app.main import create_app
from app.models.messages import UserMessage
from chassis import Database
from chassis.testing import eventually, started
from tests.factories import Account, register, sign_up, stored_events


@asynccontextmanager
async def bound_queue(broker_url: str) -> AsyncIterator[AbstractQueue]:
    """Binds a queue that receives all user events."""
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange("user_events", "topic", durable=True)
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(exchange, "#")
        yield queue


@pytest_asyncio.fixture
async def queue(broker_url: str) -> AsyncIterator[AbstractQueue]:
    async with bound_queue(broker_url) as queue:
        yield queue


@pytest_asyncio.fixture
async def no_queue_is_bound(broker_url: str) -> None:
    """Removes the bindings that the tests of other services have left."""
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel()
        await channel.exchange_delete("user_events")


async def receive(queue: AbstractQueue, kind: str, user_id: int) -> dict[str, Any]:
    """Waits for the event of this type about this user."""

    async def receive_one() -> dict[str, Any] | None:
        while (message := await queue.get(no_ack=True, fail=False)) is not None:
            event: dict[str, Any] = json.loads(message.body)
            if (event["type"], event["data"]["user_id"]) == (kind, user_id):
                return event
        return None

    return await eventually(receive_one)


async def test_registration_publishes_event(
    client: httpx.AsyncClient, queue: AbstractQueue
) -> None:
    response = await register(
        client, username="ada", email="ada@example.com", full_name="Ada Lovelace"
    )
    user_id = response.json()["id"]

    event = await receive(queue, "user.registered", user_id)

    assert event["source"] == "/user-service"
    assert event["subject"] == f"users/{user_id}"
    assert event["data"] == {
        "user_id": user_id,
        "username": "ada",
        "name": "Ada Lovelace",
        "email": "ada@example.com",
    }


async def test_event_name_defaults_to_username(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")

    [(_, data)] = await stored_events(database)

    assert (data["name"], data["email"]) == ("ada", None)


async def test_account_events_must_be_routed(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    await client.delete("/me", headers=ada.headers)

    async with database.transaction() as session:
        query = select(UserMessage.routing_key).where(UserMessage.must_route)
        kinds = (await session.scalars(query)).all()
    assert sorted(kinds) == ["user.erased", "user.registered"]


async def test_account_created_by_administrator_publishes_event(
    client: httpx.AsyncClient, admin: Account, queue: AbstractQueue
) -> None:
    account = {"username": "grace", "password": "nine 9 moths"}
    created = await client.post("/users", json=account, headers=admin.headers)

    event = await receive(queue, "user.registered", created.json()["id"])

    assert event["data"]["username"] == "grace"


async def test_rejected_registration_publishes_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")
    await register(client, username="ada")

    assert len(await stored_events(database)) == 1


@pytest.mark.parametrize("new", ["ada@example.org", None], ids=["changed", "cleared"])
async def test_email_change_is_published_with_old_address(
    client: httpx.AsyncClient, queue: AbstractQueue, new: str | None
) -> None:
    ada = await sign_up(client, username="ada", email="ada@example.com")
    await client.patch("/me", json={"email": new}, headers=ada.headers)

    event = await receive(queue, "user.email_changed", ada.user["id"])

    assert event["data"] == {
        "user_id": ada.user["id"],
        "username": "ada",
        "name": "ada",
        "old_email": "ada@example.com",
    }


async def test_email_change_by_administrator_is_published(
    client: httpx.AsyncClient, admin: Account, queue: AbstractQueue
) -> None:
    ada = (await register(client, email="ada@example.com")).json()
    change = {"email": "ada@example.org", "full_name": "Ada King"}
    await client.put(f"/users/{ada['id']}", json=change, headers=admin.headers)

    event = await receive(queue, "user.email_changed", ada["id"])

    data = event["data"]
    assert (data["name"], data["old_email"]) == ("Ada King", "ada@example.com")


@pytest.mark.parametrize(
    "change", [{}, {"email": "ada@example.com"}, {"email": "Ada@Example.com"}], ids=str
)
async def test_unchanged_email_publishes_nothing(
    client: httpx.AsyncClient, database: Database, change: dict[str, str]
) -> None:
    ada = await sign_up(client, email="ada@example.com")

    response = await client.patch("/me", json=change, headers=ada.headers)

    assert response.status_code == 200
    assert [kind for kind, _ in await stored_events(database)] == ["user.registered"]


async def test_rejected_email_publishes_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, email="grace@example.com")
    ada = await sign_up(client, email="ada@example.com")

    taken = {"email": "grace@example.com"}
    response = await client.patch("/me", json=taken, headers=ada.headers)

    assert response.status_code == 400
    assert "user.email_changed" not in [
        kind for kind, _ in await stored_events(database)
    ]


async def test_logout_publishes_event(
    client: httpx.AsyncClient, queue: AbstractQueue
) -> None:
    ada = await sign_up(client)
    validation = await client.post(
        "/validate-token", json={"token": ada.tokens["access_token"]}
    )

    await client.post("/logout", headers=ada.headers)

    event = await receive(queue, "session.revoked", ada.user["id"])
    sid = validation.json()["sid"]
    assert event["data"] == {"sid": sid, "user_id": ada.user["id"]}


async def test_erasure_event_contains_only_id(
    client: httpx.AsyncClient, queue: AbstractQueue
) -> None:
    ada = await sign_up(client)

    await client.delete("/me", headers=ada.headers)

    event = await receive(queue, "user.erased", ada.user["id"])
    assert event["data"] == {"user_id": ada.user["id"]}


async def test_registration_event_waits_for_bound_queue(
    no_queue_is_bound: None,
    client: httpx.AsyncClient,
    database: Database,
    broker_url: str,
) -> None:
    ada = await register(client, username="ada")

    async def has_failed() -> bool:
        async with database.reading() as connection:
            found = await connection.execute(
                select(UserMessage.attempts, UserMessage.published_at)
            )
        [(attempts, published_at)] = found
        return attempts > 0 and published_at is None

    await eventually(has_failed)
    async with bound_queue(broker_url) as queue:
        await receive(queue, "user.registered", ada.json()["id"])


async def test_unavailable_broker_degrades_health_only(
    settings: UserSettings, database: Database
) -> None:
    without_broker = settings.model_copy(
        update={"rabbitmq_url": SecretStr("amqp://unknown:none@127.0.0.1:9/")}
    )
    async with started(create_app(without_broker)) as client:
        health = await client.get("/health")
        registered = await register(client, username="ada")

    assert (health.status_code, health.json()["status"]) == (200, "degraded")
    assert health.json()["checks"] == {"database": "up", "broker": "down"}
    assert registered.status_code == 201
    assert len(await stored_events(database)) == 1
