"""Sending e-mail over SMTP."""

import asyncio
import re
import socket
from contextlib import suppress
from email.message import EmailMessage
from typing import ClassVar

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from opentelemetry.trace import SpanKind, StatusCode, TracerProvider, get_tracer

from app.clients.mail import mail_message
from app.config.settings import MailServer
from app.errors import Deferred, Undeliverable, Unreachable
from app.models.notification import ChannelKind, Notification

SEND_SECONDS = 5.0
GOODBYE_SECONDS = 1.0
LONGEST_REASON = 200

# The server accepts no mail, or none of ours: it is closing, its storage is full, or it
# needs another login. RFC 5321, 4.2.2; RFC 3463, X.3; RFC 4954, 6.
UNAVAILABLE = re.compile(r"421 |530 |452 (?!4\.[^3]\.)|4\d\d 4\.3\.|5\d\d 5\.3\.1 ")
# The recipient's mailbox is full, as 552 says too unless the message is too large for
# it. RFC 5321, 4.5.3.1.10; RFC 3463, X.2.2.
DEFERRED = re.compile(r"4|5\d\d 5\.2\.2 |552 (?!5\.2\.3 |5\.3\.4 )")


class SmtpChannel:
    """Sends each notification to the mail server over a separate connection."""

    kind: ClassVar[ChannelKind] = ChannelKind.EMAIL

    def __init__(
        self, server: MailServer, provider: TracerProvider | None = None
    ) -> None:
        self._server = server
        self._tracer = get_tracer(__name__, tracer_provider=provider)

    async def send(self, notification: Notification) -> None:
        message = mail_message(notification, self._server.sender)
        with self._tracer.start_as_current_span(
            "send mail",
            kind=SpanKind.CLIENT,
            attributes={
                "server.address": self._server.host,
                "server.port": self._server.port,
            },
            # The server's response may contain the address.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                await self._send(message)
            except (Undeliverable, Deferred, Unreachable) as outcome:
                span.set_status(StatusCode.ERROR, outcome.code)
                raise

    async def _send(self, message: EmailMessage) -> None:
        smtp = SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user,
            password=self._server.password,
            start_tls=self._server.starttls,
            local_hostname=_own_name(),
            timeout=SEND_SECONDS,
        )
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await smtp.connect()
                await _hand_over(smtp, message)
        except (SMTPException, OSError) as error:
            raise Unreachable(f"no mail server: {type(error).__name__}") from error
        finally:
            await _take_leave(smtp)


async def _hand_over(smtp: SMTP, message: EmailMessage) -> None:
    try:
        await smtp.send_message(message)
    except SMTPRecipientsRefused as refusal:
        raise _verdict(refusal.recipients[0]) from refusal
    except SMTPResponseException as answer:
        raise _verdict(answer) from answer
    except SMTPNotSupported as lack:
        raise Undeliverable("the mail server does not accept such addresses") from lack


def _verdict(
    answer: SMTPResponseException,
) -> Undeliverable | Deferred | Unreachable:
    text = "".join(c if c.isprintable() else " " for c in answer.message)
    reason = f"{answer.code} {text}"[:LONGEST_REASON]
    if UNAVAILABLE.match(reason):
        return Unreachable(reason)
    return Deferred(reason) if DEFERRED.match(reason) else Undeliverable(reason)


def _own_name() -> str:
    """Returns a name for EHLO without asking a name server."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


async def _take_leave(smtp: SMTP) -> None:
    # The outcome of the message is known already, so an error here does not matter.
    if smtp.is_connected:
        with suppress(SMTPException, OSError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await smtp.quit()
    smtp.close()
