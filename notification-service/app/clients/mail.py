"""A notification as an e-mail message."""

import re
import unicodedata
from email.header import Header
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    UniqueAddressHeader,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import format_datetime
from typing import Any

import idna

from app.models.notification import Notification

# Accepts more than mail servers do, but exactly one address: a second address or a line
# break does not match.
ADDRESS = re.compile(r'([^\s\x00-\x1f\x7f"<>()\[\]\\,:;@]+)@([\w.-]+)')


class InvalidRecipient(Exception):
    """No mail can be addressed to the recipient."""


class _Verbatim(UnstructuredHeader, BaseHeader):
    """A header that arrives as it was written.

    Text that looks like an encoded word (RFC 2047) is encoded again, so that the
    reader's mail program does not decode it.
    """

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        super().parse(value, kwds)
        kwds["decoded"] = value

    def fold(self, *, policy: Policy) -> str:
        if "=?" not in self:
            return super().fold(policy=policy)
        encoded = Header(self, "utf-8", header_name=self.name)
        return f"{self.name}: {encoded.encode(linesep=policy.linesep)}{policy.linesep}"


class _Plain(UnstructuredHeader, BaseHeader):
    """A header of short ASCII text, which is neither parsed nor folded."""

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds["decoded"] = value
        kwds["parse_tree"] = None

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Headers(HeaderRegistry):
    """Makes one class for each name; the registry makes one for each header.

    Headers that are written here or by the standard library are not parsed, which was
    half the cost of a mail. Only headers with text of users have classes that fold it.
    """

    def __init__(self) -> None:
        super().__init__(default_class=_Plain, use_default_map=False)
        self._classes: dict[str, type[BaseHeader]] = {}
        self.map_to_type("subject", _Verbatim)
        for name in ("from", "to"):
            self.map_to_type(name, UniqueAddressHeader)  # type: ignore[arg-type]

    def __getitem__(self, name: str) -> type[BaseHeader]:
        if name not in self._classes:
            self._classes[name] = super().__getitem__(name)
        return self._classes[name]


_POLICY = EmailPolicy(header_factory=_Headers())


def mail_message(notification: Notification, sender: str) -> EmailMessage:
    """Returns the message, which is the same after a crash, with the same Message-ID.

    A resent notification gets another Message-ID; otherwise mail systems would drop it
    as a duplicate.

    Raises:
        InvalidRecipient: the recipient is not an address.
    """
    from_ = _address(sender)
    message = EmailMessage(_POLICY)
    message["From"] = from_
    message["To"] = _address(notification.recipient)
    message["Subject"] = " ".join(notification.subject.split())
    message["Date"] = format_datetime(notification.pending_since)
    message["Auto-Submitted"] = "auto-generated"
    message["Message-ID"] = f"<{_message_key(notification)}@{from_.domain}>"
    message.set_content(notification.body)
    if notification.body_html is not None:
        message.add_alternative(notification.body_html, subtype="html")
    return message


def _message_key(notification: Notification) -> str:
    resent = f".{notification.resends}" if notification.resends else ""
    return f"{notification.event_id}{resent}"


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
