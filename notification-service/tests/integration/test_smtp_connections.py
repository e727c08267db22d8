"""Connections to the mail server are kept, and replaced when they no longer work."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from app.clients import smtp_connections
from app.clients.channel import Sent, Unreachable
from app.clients.smtp import SmtpChannel
from app.config.settings import MailServer
from chassis.testing import eventually
from tests.factories.notifications import a_claimed_notification
from tests.mail_sink import CLOSING, MailSink


@pytest_asyncio.fixture
async def channel(mail_server: MailServer) -> AsyncIterator[SmtpChannel]:
    channel = SmtpChannel(replace(mail_server, user="shop", password="hidden"))
    yield channel
    await channel.close()


async def test_mails_share_a_connection_and_a_login(
    channel: SmtpChannel, sink: MailSink
) -> None:
    for _ in range(3):
        assert await channel.send(a_claimed_notification()) == Sent()
    assert (len(sink.connections), sink.logins, len(sink.messages)) == (1, 1, 3)


async def test_concurrent_mails_have_connections_of_their_own(
    channel: SmtpChannel, sink: MailSink
) -> None:
    for _ in range(2):
        await asyncio.gather(
            *(channel.send(a_claimed_notification()) for _ in range(3))
        )
    assert (len(sink.connections), len(sink.messages)) == (3, 6)


async def test_closed_connection_is_replaced(
    channel: SmtpChannel, sink: MailSink
) -> None:
    await channel.send(a_claimed_notification())
    sink.hang_up()
    assert await channel.send(a_claimed_notification()) == Sent()
    assert (len(sink.connections), len(sink.messages)) == (2, 2)


async def test_connection_that_the_server_is_closing_is_replaced(
    channel: SmtpChannel, sink: MailSink
) -> None:
    await channel.send(a_claimed_notification())
    sink.ended = list(sink.connections)
    assert await channel.send(a_claimed_notification()) == Sent()
    assert (len(sink.connections), len(sink.messages)) == (2, 2)


async def test_server_that_is_closing_new_connections_is_unreachable(
    channel: SmtpChannel, sink: MailSink
) -> None:
    sink.to_sender = CLOSING
    assert await channel.send(a_claimed_notification()) == Unreachable(CLOSING)


async def test_refused_mail_does_not_affect_the_next(
    channel: SmtpChannel, sink: MailSink
) -> None:
    await channel.send(a_claimed_notification())
    sink.to_recipient = "550 no such user"
    await channel.send(a_claimed_notification())
    sink.to_recipient = "250 OK"
    assert await channel.send(a_claimed_notification()) == Sent()


async def test_connection_that_waited_for_long_is_not_used(
    channel: SmtpChannel, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_connections, "KEEP_SECONDS", 0)
    for _ in range(2):
        assert await channel.send(a_claimed_notification()) == Sent()
    assert len(sink.connections) == 2


async def test_closing_the_channel_ends_its_connections(
    channel: SmtpChannel, sink: MailSink
) -> None:
    await asyncio.gather(*(channel.send(a_claimed_notification()) for _ in range(2)))

    async def all_are_closed() -> bool:
        return all(each.transport is None for each in sink.connections)

    await channel.close()
    await eventually(all_are_closed)
