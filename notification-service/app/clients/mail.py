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
    """The message; sent again, it is the same, and has the same Message-ID.

    Raises:
        Undeliverable: the recipient is not an address.
    """
    from_ = _address(sender)
    message = EmailMessage()
    message["From"] = from_
    message["To"] = _address(notification.recipient)
    message["Subject"] = " ".join(notification.subject.split())
    message["Date"] = notification.created_at
    message["Message-ID"] = f"<{notification.event_id}@{from_.domain}>"
    message.set_content(notification.body)
    if notification.body_html is not None:
        message.add_alternative(notification.body_html, subtype="html")
    return message


def _address(text: str) -> Address:
    match = ADDRESS.fullmatch(text)
    if match is None:
        raise Undeliverable("not an e-mail address")
    return Address(username=match[1], domain=match[2])
