"""A notification as an e-mail message."""

import re
import unicodedata
from dataclasses import dataclass
from email.charset import QP, Charset
from email.header import Header
from email.headerregistry import Address
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

import idna

from app.models.claimed_notification import ClaimedNotification

# Accepts more than mail servers do, but exactly one address: a second address or a line
# break does not match.
ADDRESS = re.compile(r'([^\s\x00-\x1f\x7f"<>()\[\]\\,:;@]+)@([\w.-]+)')
# Fits into a line with the name of its header, without folding. RFC 5322, 2.1.1.
LONGEST_SUBJECT = 60
# Text as quoted-printable, which every mail server takes.
_TEXT = Charset("utf-8")
_TEXT.body_encoding = QP
# The policy of `EmailMessage` parses each header that is set, which takes five times as
# long as all the rest.
_LINES = compat32.clone(linesep="\r\n")


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
    message = _body(notification, key)
    message["From"] = _as_utf_8(from_)
    message["To"] = _as_utf_8(to)
    subject = " ".join(notification.subject.split())
    message["Subject"] = _subject(subject)  # type: ignore[assignment]
    message["Date"] = format_datetime(notification.pending_since)
    message["Auto-Submitted"] = "auto-generated"
    message["Message-ID"] = f"<{key}@{from_.domain}>"
    return Mail(str(from_), str(to), message.as_bytes(policy=_LINES))


def _message_key(notification: ClaimedNotification) -> str:
    resent = f".{notification.resends}" if notification.resends else ""
    return f"{notification.event_id}{resent}"


def _body(notification: ClaimedNotification, key: str) -> MIMEBase:
    text = _part("plain", notification.body)
    if notification.body_html is None:
        return text
    html = _part("html", notification.body_html)
    # No quoted-printable text contains "=_".
    return MIMEMultipart("alternative", f"=_{key}", [text, html])


def _part(subtype: str, text: str) -> MIMEText:
    lines = text.removesuffix("\n") + "\n"
    return MIMEText(lines, subtype, _TEXT)  # type: ignore[arg-type]


def _subject(subject: str) -> Header:
    """Returns the subject as it arrives as it was written.

    Text that looks like an encoded word (RFC 2047) is encoded again, so that the
    reader's mail program does not decode it.
    """
    is_plain = subject.isascii() and subject.isprintable() and "=?" not in subject
    charset = None if is_plain and len(subject) <= LONGEST_SUBJECT else "utf-8"
    return Header(subject, charset, header_name="Subject")


def _as_utf_8(address: Address) -> str:
    """Returns the address so that its bytes are written as they are (RFC 6532)."""
    return str(address).encode().decode("ascii", "surrogateescape")


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
