import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.clients import smtp
from app.clients.channel import Deferred, Outcome, Sent, Undeliverable, Unreachable
from app.clients.smtp import SmtpChannel
from app.config.settings import MailServer
from tests.factories.notifications import a_claimed_notification
from tests.mail_sink import MailSink, serving


async def test_mail_server_gets_message(
    sink: MailSink, mail_server: MailServer
) -> None:
    notification = a_claimed_notification(body="Grüße", body_html="<p>Grüße</p>")
    assert await SmtpChannel(mail_server).send(notification) == Sent()

    [message] = sink.messages
    assert message["To"] == "ada@example.com"
    assert message["Message-ID"] == f"<{notification.event_id}@example.com>"
    text, html = message.iter_parts()
    assert "Grüße" in text.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert "Grüße" in html.get_payload(decode=True).decode()  # type: ignore[union-attr]


async def test_refused_recipient_is_undeliverable(
    sink: MailSink, mail_server: MailServer
) -> None:
    sink.to_recipient = "550 no such user"
    outcome = await SmtpChannel(mail_server).send(a_claimed_notification())
    assert outcome == Undeliverable("550 no such user")


async def test_refused_content_is_undeliverable(
    sink: MailSink, mail_server: MailServer
) -> None:
    sink.to_data = "554 not wanted"
    outcome = await SmtpChannel(mail_server).send(a_claimed_notification())
    assert outcome == Undeliverable("554 not wanted")


@pytest.mark.parametrize("stage", ["to_recipient", "to_data"])
async def test_temporary_refusal_is_deferred(
    sink: MailSink, mail_server: MailServer, stage: str
) -> None:
    setattr(sink, stage, "451 come back later")
    outcome = await SmtpChannel(mail_server).send(a_claimed_notification())
    assert outcome == Deferred("451 come back later")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("452 4.3.1 Insufficient system storage", Unreachable),
        ("452 Insufficient system storage", Unreachable),
        ("431 4.3.1 Mail system full", Unreachable),
        ("554 5.3.1 Mail system full", Unreachable),
        ("530 5.7.0 Authentication required", Unreachable),
        ("452 4.2.2 Mailbox full", Deferred),
        ("552 5.2.2 Mailbox full", Deferred),
        ("550 5.2.2 Over quota", Deferred),
        ("552 Exceeded storage allocation", Deferred),
        ("552 5.3.4 Message too big", Undeliverable),
        ("554 5.7.1 Rejected, see 4.3.1", Undeliverable),
    ],
)
async def test_passing_cause_is_not_a_permanent_refusal(
    sink: MailSink,
    mail_server: MailServer,
    answer: str,
    outcome: Callable[[str], Outcome],
) -> None:
    sink.to_data = answer
    found = await SmtpChannel(mail_server).send(a_claimed_notification())
    assert found == outcome(answer)


async def test_sending_needs_no_name_server(
    sink: MailSink, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # `getfqdn` asks the name server, through this.
    def asked(*_: object) -> NoReturn:
        raise AssertionError("the name server was asked")

    monkeypatch.setattr(socket, "gethostbyaddr", asked)
    await SmtpChannel(mail_server).send(a_claimed_notification())
    assert len(sink.messages) == 1


async def test_long_reason_is_cut(sink: MailSink, mail_server: MailServer) -> None:
    sink.to_recipient = "550 " + "no " * 100
    outcome = await SmtpChannel(mail_server).send(a_claimed_notification())
    assert isinstance(outcome, Undeliverable)
    assert len(outcome.reason) == 200


async def test_address_without_server_support_is_undeliverable(
    mail_server: MailServer,
) -> None:
    outcome = await SmtpChannel(mail_server).send(
        a_claimed_notification(recipient="zoë@example.com")
    )
    assert isinstance(outcome, Undeliverable)


async def test_domain_outside_ascii_needs_no_extension_of_the_server(
    sink: MailSink, mail_server: MailServer
) -> None:
    await SmtpChannel(mail_server).send(
        a_claimed_notification(recipient="z@bücher.example")
    )
    assert sink.recipients == ["z@xn--bcher-kva.example"]
    assert sink.messages[0]["To"] == "z@xn--bcher-kva.example"


async def test_server_that_takes_only_ascii_gets_the_text(sink: MailSink) -> None:
    letter = a_claimed_notification(
        subject="Grüße", body="Grüße", body_html="<p>Grüße</p>"
    )
    async with serving(sink, decode_data=True) as mail_server:
        await SmtpChannel(mail_server).send(letter)
    assert sink.messages[0]["Subject"] == "Grüße"


async def test_international_address_gets_mail_if_server_supports_it(
    sink: MailSink,
) -> None:
    async with serving(sink, enable_SMTPUTF8=True) as mail_server:
        await SmtpChannel(mail_server).send(
            a_claimed_notification(recipient="zoë@example.com")
        )
    assert len(sink.messages) == 1


async def test_channel_is_unreachable_without_mail_server() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        host, port = reserved.getsockname()
        channel = SmtpChannel(MailServer(host, port, sender="shop@example.com"))
        outcome = await channel.send(a_claimed_notification())
        assert isinstance(outcome, Unreachable)


async def test_hung_mail_server_is_unreachable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smtp, "SEND_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        channel = SmtpChannel(MailServer(host, port, sender="shop@example.com"))
        async with asyncio.timeout(3):
            outcome = await channel.send(a_claimed_notification())
            assert isinstance(outcome, Unreachable)


async def test_sender_logs_in_at_mail_server(
    sink: MailSink, mail_server: MailServer
) -> None:
    with_login = replace(mail_server, user="shop", password="hidden")
    await SmtpChannel(with_login).send(a_claimed_notification())
    assert (sink.logins, len(sink.messages)) == (1, 1)


async def test_wrong_login_postpones_mail(mail_server: MailServer) -> None:
    with_login = replace(mail_server, user="shop", password="wrong")
    outcome = await SmtpChannel(with_login).send(a_claimed_notification())
    assert isinstance(outcome, Unreachable)


async def test_required_encryption_is_enforced(
    sink: MailSink, mail_server: MailServer
) -> None:
    outcome = await SmtpChannel(replace(mail_server, starttls=True)).send(
        a_claimed_notification()
    )
    assert isinstance(outcome, Unreachable)
    assert sink.messages == []


async def test_span_has_outcome_without_response_of_server(
    sink: MailSink, mail_server: MailServer
) -> None:
    sink.to_recipient = "550 no box for o'brien/x@example.com"
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    outcome = await SmtpChannel(mail_server, provider).send(a_claimed_notification())
    assert isinstance(outcome, Undeliverable)
    [span] = spans.get_finished_spans()
    assert span.status.description == "undeliverable"
    assert "brien" not in span.to_json()
