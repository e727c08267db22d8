"""What the tests of notification-service share."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.config.settings import MailServer
from tests.mail_sink import MailSink, serving

pytest_plugins = ["chassis.testing"]


@pytest.fixture
def sink() -> MailSink:
    return MailSink()


@pytest_asyncio.fixture
async def mail_server(sink: MailSink) -> AsyncIterator[MailServer]:
    async with serving(sink) as server:
        yield server
