"""Sending e-mail over SMTP."""

import re
from typing import ClassVar

from aiosmtplib import (
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)
from opentelemetry.trace import SpanKind, StatusCode, TracerProvider, get_tracer

from app.clients.channel import Deferred, Outcome, Sent, Undeliverable, Unreachable
from app.clients.mail import InvalidRecipient, Mail, mail_message
from app.clients.smtp_connections import MailServerUnavailable, SmtpConnections
from app.config.settings import MailServer
from app.models.claimed_notification import ClaimedNotification
from app.models.notification import ChannelKind
from chassis import time_limit

SEND_SECONDS = 5.0
LONGEST_REASON = 200

# The server accepts no mail, or none of ours: it is closing, its storage is full, or it
# needs another login. RFC 5321, 4.2.2; RFC 3463, X.3; RFC 4954, 6.
UNAVAILABLE = re.compile(r"421 |530 |452 (?!4\.[^3]\.)|4\d\d 4\.3\.|5\d\d 5\.3\.1 ")
# The recipient's mailbox is full, as 552 says too unless the message is too large for
# it. RFC 5321, 4.5.3.1.10; RFC 3463, X.2.2.
DEFERRED = re.compile(r"4|5\d\d 5\.2\.2 |552 (?!5\.2\.3 |5\.3\.4 )")


class SmtpChannel:
    """Sends each notification to the mail server as a message of its own."""

    kind: ClassVar[ChannelKind] = ChannelKind.EMAIL

    def __init__(
        self, server: MailServer, provider: TracerProvider | None = None
    ) -> None:
        self._server = server
        self._connections = SmtpConnections(server)
        self._tracer = get_tracer(__name__, tracer_provider=provider)

    async def send(self, notification: ClaimedNotification) -> Outcome:
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
                mail = mail_message(notification, self._server.sender)
            except InvalidRecipient as error:
                outcome: Outcome = Undeliverable(str(error))
            else:
                outcome = await self._send(mail)
            if not isinstance(outcome, Sent):
                span.set_status(StatusCode.ERROR, type(outcome).__name__.lower())
        return outcome

    async def close(self) -> None:
        await self._connections.close()

    async def _send(self, mail: Mail) -> Outcome:
        try:
            # It reads the response to a message even if the event loop is late:
            # otherwise the recipient would get the message twice.
            async with time_limit(SEND_SECONDS):
                await self._connections.send(mail)
        except MailServerUnavailable as error:
            return Unreachable(f"no mail server: {error}")
        except SMTPRecipientsRefused as refusal:
            return _verdict(refusal.recipients[0])
        except SMTPResponseException as answer:
            return _verdict(answer)
        except SMTPNotSupported:
            return Undeliverable("the mail server does not accept such addresses")
        except (SMTPException, OSError) as error:
            return Unreachable(f"no mail server: {type(error).__name__}")
        return Sent()


def _verdict(answer: SMTPResponseException) -> Outcome:
    text = "".join(c if c.isprintable() else " " for c in answer.message)
    reason = f"{answer.code} {text}"[:LONGEST_REASON]
    if UNAVAILABLE.match(reason):
        return Unreachable(reason)
    return Deferred(reason) if DEFERRED.match(reason) else Undeliverable(reason)
