"""A real SMTP server that keeps its messages, and refuses given addresses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from app.config.settings import MailServer

OK = "250 OK"
CLOSING = "421 closing, come back"


class MailSink:
    """The accepted messages, and the given responses.

    Attributes:
        to_sender, to_recipient, to_data: the answers to MAIL, RCPT and DATA.
        connections: all that were opened.
        ended: those on which it accepts no further mail.
        user: the name and the password that it lets in.
    """

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.connections: list[SMTP] = []
        self.ended: list[SMTP] = []
        self.to_sender = OK
        self.to_recipient = OK
        self.to_data = OK
        self.user = (b"shop", b"hidden")
        self.logins = 0

    async def handle_MAIL(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, by: str, _: list[str]
    ) -> str:
        if server in self.ended:
            return CLOSING
        if self.to_sender == OK:
            envelope.mail_from = by
        return self.to_sender

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, to: str, _: list[str]
    ) -> str:
        if self.to_recipient == OK:
            envelope.rcpt_tos.append(to)
            self.recipients.append(to)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.to_data == OK:
            assert envelope.original_content is not None
            message = message_from_bytes(
                envelope.original_content, policy=policy.default
            )
            self.messages.append(message)
        return self.to_data

    def authenticate(self, *details: Any) -> AuthResult:
        given = details[-1]
        assert isinstance(given, LoginPassword)
        if (given.login, given.password) != self.user:
            return AuthResult(success=False, handled=False)
        self.logins += 1
        return AuthResult(success=True)

    def hang_up(self) -> None:
        """Closes all connections, which clients may keep."""
        for connection in self.connections:
            if connection.transport is not None:
                connection.transport.close()

    @property
    def message_ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.messages]


@asynccontextmanager
async def serving(sink: MailSink, **options: Any) -> AsyncIterator[MailServer]:
    """The address of a server for `sink`, as long as the block runs."""

    def protocol() -> SMTP:
        connection = SMTP(
            sink,
            hostname="mail.example.com",
            loop=asyncio.get_running_loop(),
            auth_require_tls=False,
            authenticator=sink.authenticate,
            **options,
        )
        sink.connections.append(connection)
        return connection

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        try:
            yield MailServer(host=host, port=port, sender="shop@example.com")
        finally:
            sink.hang_up()
