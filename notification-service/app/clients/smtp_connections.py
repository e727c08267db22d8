"""Connections to the mail server, which are kept between messages."""

import asyncio
import socket
from contextlib import suppress

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPResponseException,
)

from app.clients.mail import Mail
from app.config.settings import MailServer
from chassis import Deadline

# Mail servers and firewalls end a connection after minutes without a command.
KEEP_SECONDS = 30.0
GOODBYE_SECONDS = 1.0
# RFC 6531, 3.4; `sendmail` raises `SMTPNotSupported` if the server does not know them.
UTF8_ADDRESSES = ("SMTPUTF8", "BODY=8BITMIME")
# The server is closing the connection. RFC 5321, 3.8.
CLOSING = 421


class MailServerUnavailable(Exception):
    """There is no connection, no encryption or no login at the mail server."""


class SmtpConnections:
    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._kept: list[tuple[SMTP, Deadline]] = []

    async def send(self, mail: Mail) -> None:
        """Sends over a kept connection, or if none works, over a new one.

        If a kept connection breaks, the server may have accepted the message before. It
        then gets it twice, with the same Message-ID.

        Raises:
            MailServerUnavailable: nothing was sent.
            SMTPException, OSError: the server has not accepted the message.
        """
        while (kept := self._take()) is not None:
            try:
                await self._send_over(kept, mail)
            except ConnectionError:
                continue
            except SMTPResponseException as answer:
                if answer.code != CLOSING:
                    raise
            else:
                return
        await self._send_over(await self._connect(), mail)

    async def close(self) -> None:
        kept, self._kept = self._kept, []
        await asyncio.gather(*(_take_leave(smtp) for smtp, _ in kept))

    def _take(self) -> SMTP | None:
        while self._kept:
            smtp, usable = self._kept.pop()
            if smtp.is_connected and not usable.is_over:
                return smtp
            smtp.close()
        return None

    async def _connect(self) -> SMTP:
        smtp = SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user,
            password=self._server.password,
            start_tls=self._server.starttls,
            local_hostname=_own_name(),
            timeout=None,  # the caller of `send` has one for all steps
        )
        try:
            await smtp.connect()
        except (SMTPException, OSError) as error:
            raise MailServerUnavailable(type(error).__name__) from error
        finally:
            if not smtp.is_connected:
                smtp.close()
        return smtp

    async def _send_over(self, smtp: SMTP, mail: Mail) -> None:
        try:
            is_ascii = (mail.sender + mail.recipient).isascii()
            options = [] if is_ascii else UTF8_ADDRESSES
            await smtp.sendmail(
                mail.sender, mail.recipient, mail.content, mail_options=options
            )
        except SMTPException:
            await _take_leave(smtp)
            raise
        except BaseException:
            smtp.close()
            raise
        self._kept.append((smtp, Deadline.after(KEEP_SECONDS)))


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
