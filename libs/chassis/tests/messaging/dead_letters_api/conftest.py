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
    Database,
    DeadLetters,
    Queue,
    ServiceSettings,
    dead_letters_router,
)
from chassis.testing import as_user, started
from tests.messaging.dead_letters import DeadLetter
from tests.thing_service import create_app

ADMIN = as_user(1, "admin")


@pytest.fixture
def app(
    database: Database, database_url: str, broker_url: str, queue: Queue
) -> FastAPI:
    assert database
    settings = ServiceSettings(environment="test", database_url=SecretStr(database_url))
    app = create_app(settings)
    app.include_router(dead_letters_router)
    app.state.dead_letters = DeadLetters(broker_url, queue)
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
        await channel.default_exchange.publish(message, queue.parking)

    return dead_letter
