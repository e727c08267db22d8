"""A notification as an e-mail message."""

import re
from email.headerregistry import Address
from email.message import EmailMessage

from app.clients.channel import Undeliverable
from app.models.notification import Notification

# Wider than what mail servers take, and yet exactly one address: what has a second one
# in it, or a line break, is none.
ADDRESS = re.compile(r'([^\s\x00-\x1f\x7f"<>()\[\]\\,:;@]+)@([\w.-]+)')


def mail_message(notification: Notification, sender: str) -> EmailMessage:
    """The message; after a crash it is the same, and has the same Message-ID.

    One that an administrator has sent again has another: else the mail systems on its
    way would drop it as one that they have had.

    Raises:
        Undeliverable: the recipient is not an address.
    """
    from_ = _address(sender)
    message = EmailMessage()
    message["From"] = from_
    message["To"] = _address(notification.recipient)
    message["Subject"] = " ".join(notification.subject.split())
    message["Date"] = notification.pending_since
    message["Message-ID"] = f"<{_message_key(notification)}@{from_.domain}>"
    message.set_content(notification.body)
    if notification.body_html is not None:
        message.add_alternative(notification.body_html, subtype="html")
    return message


def _message_key(notification: Notification) -> str:
    resent = f".{notification.resends}" if notification.resends else ""
    return f"{notification.event_id}{resent}"


def _address(text: str) -> Address:
    match = ADDRESS.fullmatch(text)
    if match is None:
        raise Undeliverable("not an e-mail address")
    return Address(username=match[1], domain=match[2])
