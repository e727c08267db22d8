"""The service, between a real broker and a real mail server."""

from collections.abc import AsyncIterator

import aio_pika
import pytest_asyncio

from app.config.settings import MailServer
from app.main import create_app
from chassis import Database, Queue
from chassis.testing import started
from tests.broker import Broker
from tests.factories.settings import some_settings


@pytest_asyncio.fixture
async def broker(broker_url: str, queue: Queue) -> AsyncIterator[Broker]:
    async with await aio_pika.connect(broker_url) as connection:
        broker = Broker(await connection.channel(), queue)
        await broker.empty()
        yield broker


@pytest_asyncio.fixture
async def service(
    database: Database,
    database_url: str,
    broker_url: str,
    broker: Broker,
    mail_server: MailServer,
    user_service_url: str,
) -> AsyncIterator[None]:
    settings = some_settings(
        database_url, broker_url, mail_server, user_service_url=user_service_url
    )
    async with started(create_app(settings)):
        yield
