"""A notification as an e-mail message.

The message is written here, line by line: its form is always the same, and the email
package needs as much time to build and render one as the rest of a notification. The
texts of users are encoded by the standard library.
"""

import re
import unicodedata
from binascii import b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime

import idna

from app.models.claimed_notification import ClaimedNotification

# Accepts more than mail servers do, but exactly one address: a second address or a line
# break does not match.
ADDRESS = re.compile(r'([^\s\x00-\x1f\x7f"<>()\[\]\\,:;@]+)@([\w.-]+)')
# Of a line, with the name of its header, without folding it. RFC 5322, 2.1.1.
LONGEST_SUBJECT = 60


class InvalidRecipient(Exception):
    """No mail can be addressed to the recipient."""


@dataclass(frozen=True)
class Mail:
    """A message and its envelope.

    Attributes:
        content: the lines of the message, which end with CRLF.
    """

    sender: str
    recipient: str
    content: bytes


def mail_message(notification: ClaimedNotification, sender: str) -> Mail:
    """Returns the message, which is the same after a crash, with the same Message-ID.

    A resent notification gets another Message-ID; otherwise mail systems would drop it
    as a duplicate.

    Raises:
        InvalidRecipient: the recipient is not an address.
    """
    from_ = _address(sender)
    to = _address(notification.recipient)
    key = _message_key(notification)
    headers = (
        f"From: {from_}",
        f"To: {to}",
        f"Subject: {_encoded(' '.join(notification.subject.split()))}",
        f"Date: {format_datetime(notification.pending_since)}",
        "Auto-Submitted: auto-generated",
        f"Message-ID: <{key}@{from_.domain}>",
        "MIME-Version: 1.0",
    )
    content = b"".join(
        [*(f"{header}\r\n".encode() for header in headers), *_body(notification, key)]
    )
    return Mail(str(from_), str(to), content)


def _message_key(notification: ClaimedNotification) -> str:
    resent = f".{notification.resends}" if notification.resends else ""
    return f"{notification.event_id}{resent}"


def _encoded(subject: str) -> str:
    """Returns the subject as it arrives as it was written.

    Text that looks like an encoded word (RFC 2047) is encoded again, so that the
    reader's mail program does not decode it.
    """
    is_plain = subject.isascii() and subject.isprintable() and "=?" not in subject
    if is_plain and len(subject) <= LONGEST_SUBJECT:
        return subject
    return Header(subject, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _body(notification: ClaimedNotification, key: str) -> Iterator[bytes]:
    """Yields the last headers, the line between, and the text, with HTML if any."""
    text = _part("plain", notification.body)
    if notification.body_html is None:
        yield text
        return
    # No encoded text contains "=_".
    boundary = f"=_{key}"
    yield b"Content-Type: multipart/alternative;\r\n"
    yield f' boundary="{boundary}"\r\n'.encode()
    for part in (text, _part("html", notification.body_html)):
        yield f"\r\n--{boundary}\r\n".encode()
        yield part
    yield f"\r\n--{boundary}--\r\n".encode()


def _part(subtype: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").removesuffix("\n").replace("\n", "\r\n")
    return b"".join(
        (
            f'Content-Type: text/{subtype}; charset="utf-8"\r\n'.encode(),
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
            b2a_qp(f"{lines}\r\n".encode()),
        )
    )


def _address(text: str) -> Address:
    match = ADDRESS.fullmatch(unicodedata.normalize("NFC", text))
    if match is None:
        raise InvalidRecipient("not an e-mail address")
    local, domain = match.groups()
    if local.isascii() and not domain.isascii():
        # As A-labels, the domain needs no extension of the mail server.
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError:
            raise InvalidRecipient("not an internet domain") from None
    return Address(username=local, domain=domain)
