"""What the service tells, as others hear it."""

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
from tests.factories import Account, events, register, sign_up


@asynccontextmanager
async def listening(broker_url: str) -> AsyncIterator[AbstractQueue]:
    """A queue that hears all that is told of users."""
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange("user_events", "topic", durable=True)
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(exchange, "#")
        yield queue


@pytest_asyncio.fixture
async def heard(broker_url: str) -> AsyncIterator[AbstractQueue]:
    async with listening(broker_url) as queue:
        yield queue


@pytest_asyncio.fixture
async def nobody_listens(broker_url: str) -> None:
    """Other services' tests leave their queues where they are."""
    async with await aio_pika.connect(broker_url) as connection:
        channel = await connection.channel()
        await channel.exchange_delete("user_events")


async def hear(queue: AbstractQueue, kind: str, user_id: int) -> dict[str, Any]:
    async def hear_one() -> dict[str, Any] | None:
        while (message := await queue.get(no_ack=True, fail=False)) is not None:
            event: dict[str, Any] = json.loads(message.body)
            if (event["type"], event["data"]["user_id"]) == (kind, user_id):
                return event
        return None

    return await eventually(hear_one)


async def test_a_registration_is_told(
    client: httpx.AsyncClient, heard: AbstractQueue
) -> None:
    answer = await register(
        client, username="ada", email="ada@example.com", full_name="Ada Lovelace"
    )
    user_id = answer.json()["id"]

    event = await hear(heard, "user.registered", user_id)

    assert event["source"] == "/user-service"
    assert event["subject"] == f"users/{user_id}"
    assert event["data"] == {
        "user_id": user_id,
        "username": "ada",
        "name": "Ada Lovelace",
        "email": "ada@example.com",
    }


async def test_who_has_no_other_name_is_told_by_the_username(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")

    [(_, told)] = await events(database)

    assert (told["name"], told["email"]) == ("ada", None)


async def test_what_others_must_know_is_kept_until_somebody_listens(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    await client.delete("/me", headers=ada.headers)

    async with database.transaction() as session:
        kept = select(UserMessage.routing_key).where(UserMessage.must_route)
        told = (await session.scalars(kept)).all()
    assert sorted(told) == ["user.erased", "user.registered"]


async def test_an_account_made_by_an_administrator_is_told(
    client: httpx.AsyncClient, admin: Account, heard: AbstractQueue
) -> None:
    account = {"username": "grace", "password": "nine 9 moths"}
    made = await client.post("/users", json=account, headers=admin.headers)

    event = await hear(heard, "user.registered", made.json()["id"])

    assert event["data"]["username"] == "grace"


async def test_a_registration_that_is_refused_is_not_told(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")
    await register(client, username="ada")

    assert len(await events(database)) == 1


@pytest.mark.parametrize("new", ["ada@example.org", None], ids=["changed", "cleared"])
async def test_email_change_is_published_with_old_address(
    client: httpx.AsyncClient, heard: AbstractQueue, new: str | None
) -> None:
    ada = await sign_up(client, username="ada", email="ada@example.com")
    await client.patch("/me", json={"email": new}, headers=ada.headers)

    event = await hear(heard, "user.email_changed", ada.user["id"])

    assert event["data"] == {
        "user_id": ada.user["id"],
        "username": "ada",
        "name": "ada",
        "old_email": "ada@example.com",
    }


async def test_email_change_by_administrator_is_published(
    client: httpx.AsyncClient, admin: Account, heard: AbstractQueue
) -> None:
    ada = (await register(client, email="ada@example.com")).json()
    change = {"email": "ada@example.org", "full_name": "Ada King"}
    await client.put(f"/users/{ada['id']}", json=change, headers=admin.headers)

    event = await hear(heard, "user.email_changed", ada["id"])

    told = (event["data"]["name"], event["data"]["old_email"])
    assert told == ("Ada King", "ada@example.com")


@pytest.mark.parametrize(
    "change", [{}, {"email": "ada@example.com"}, {"email": "Ada@Example.com"}], ids=str
)
async def test_same_address_publishes_no_change(
    client: httpx.AsyncClient, database: Database, change: dict[str, str]
) -> None:
    ada = await sign_up(client, email="ada@example.com")

    answer = await client.patch("/me", json=change, headers=ada.headers)

    assert answer.status_code == 200
    assert [kind for kind, _ in await events(database)] == ["user.registered"]


async def test_refused_address_publishes_no_change(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, email="grace@example.com")
    ada = await sign_up(client, email="ada@example.com")

    taken = {"email": "grace@example.com"}
    answer = await client.patch("/me", json=taken, headers=ada.headers)

    assert answer.status_code == 400
    assert "user.email_changed" not in [kind for kind, _ in await events(database)]


async def test_a_log_out_is_told(
    client: httpx.AsyncClient, heard: AbstractQueue
) -> None:
    ada = await sign_up(client)
    who = await client.post(
        "/validate-token", json={"token": ada.tokens["access_token"]}
    )

    await client.post("/logout", headers=ada.headers)

    event = await hear(heard, "session.revoked", ada.user["id"])
    assert event["data"] == {"sid": who.json()["sid"], "user_id": ada.user["id"]}


async def test_an_erasure_is_told_without_a_name(
    client: httpx.AsyncClient, heard: AbstractQueue
) -> None:
    ada = await sign_up(client)

    await client.delete("/me", headers=ada.headers)

    event = await hear(heard, "user.erased", ada.user["id"])
    assert event["data"] == {"user_id": ada.user["id"]}


async def test_a_welcome_waits_for_somebody_to_hear_it(
    nobody_listens: None, client: httpx.AsyncClient, database: Database, broker_url: str
) -> None:
    ada = await register(client, username="ada")

    async def was_tried_in_vain() -> bool:
        async with database.reading() as connection:
            found = await connection.execute(
                select(UserMessage.attempts, UserMessage.sent_at)
            )
        [(attempts, sent_at)] = found
        return attempts > 0 and sent_at is None

    await eventually(was_tried_in_vain)
    async with listening(broker_url) as heard:
        await hear(heard, "user.registered", ada.json()["id"])


async def test_a_broker_that_is_away_is_shown_and_stops_nobody(
    settings: UserSettings, database: Database
) -> None:
    lonely = settings.model_copy(
        update={"rabbitmq_url": SecretStr("amqp://nobody:none@127.0.0.1:9/")}
    )
    async with started(create_app(lonely)) as client:
        health = await client.get("/health")
        registered = await register(client, username="ada")

    assert (health.status_code, health.json()["status"]) == (200, "degraded")
    assert health.json()["checks"] == {"database": "up", "broker": "down"}
    assert registered.status_code == 201
    assert len(await events(database)) == 1
