"""An app with the routes of dead letters, and dead letters in its queue."""

from collections.abc import AsyncIterator
from typing import Any

import aio_pika
import httpx
import pytest
import pytest_asyncio
from aio_pika.abc import AbstractChannel
from fastapi import FastAPI
from pydantic import SecretStr

from chassis import (
    ConsumerResources,
    Database,
    DatabaseSettings,
    DeadLetters,
    Lifespan,
    Queue,
    build_app,
    dead_letters_router,
)
from chassis.testing import FakeTokenValidator, as_user, started
from tests.messaging.dead_letters import DeadLetter
from tests.thing_service import THING_SERVICE

ADMIN = as_user(1, "admin")


@pytest.fixture
def app(
    database: Database, database_url: str, broker_url: str, queue: Queue
) -> FastAPI:
    assert database
    settings = DatabaseSettings(
        environment="test", database_url=SecretStr(database_url)
    )

    async def open_resources(
        lifespan: Lifespan, _: DatabaseSettings
    ) -> ConsumerResources:
        letters = DeadLetters(broker_url, queue)
        return ConsumerResources(FakeTokenValidator(), lifespan.database, letters)

    app = build_app(THING_SERVICE, settings, open_resources)
    app.include_router(dead_letters_router)
    return app


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with started(app) as client:
        client.headers.update(ADMIN)
        yield client


@pytest_asyncio.fixture
async def dead_letter(channel: AbstractChannel, queue: Queue) -> DeadLetter:
    """Dead-letters a message, as the consumer does."""
    await queue.declare(channel)

    async def dead_letter(message_id: str, body: bytes = b"{}", **headers: Any) -> None:
        message = aio_pika.Message(body, message_id=message_id, headers=headers)
        await channel.default_exchange.publish(message, queue.dead_letter_queue)

    return dead_letter
