"""The fixtures of notification-service's tests."""

from collections.abc import AsyncIterator

import aio_pika
import pytest
import pytest_asyncio

from app.config.settings import MailServer
from chassis import Queue
from tests.broker import Broker, queue_of_this_run
from tests.fake_channel import Clock
from tests.fake_user_service import FakeUserService
from tests.mail_sink import MailSink, serving
from tests.servers import served

pytest_plugins = ["chassis.testing"]

LIMITS = (
    "chassis._authentication.token_validation.VALIDATION_SECONDS",
    "chassis._authentication.service_tokens.TOKEN_SECONDS",
    "app.clients.users.ANSWER_SECONDS",
    "app.clients.smtp.SEND_SECONDS",
)


@pytest.fixture(autouse=True)
def patience_with_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test machine that stalls is no hung user-service or mail server."""
    for limit in LIMITS:
        monkeypatch.setattr(limit, 20.0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sink() -> MailSink:
    return MailSink()


@pytest_asyncio.fixture
async def mail_server(sink: MailSink) -> AsyncIterator[MailServer]:
    async with serving(sink) as server:
        yield server


@pytest.fixture
def user_service() -> FakeUserService:
    return FakeUserService()


@pytest_asyncio.fixture
async def user_service_url(user_service: FakeUserService) -> AsyncIterator[str]:
    async with served(user_service.app) as url:
        yield url


@pytest_asyncio.fixture(scope="session")
async def queue(broker_url: str) -> AsyncIterator[Queue]:
    queue = queue_of_this_run()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.main.ORDER_NOTIFICATIONS", queue)
        yield queue
    async with await aio_pika.connect(broker_url) as connection:
        await Broker(await connection.channel(), queue).delete()
