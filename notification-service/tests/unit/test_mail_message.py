from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from app.clients.mail import InvalidRecipient, mail_message
from app.models.claimed_notification import ClaimedNotification
from tests.factories.notifications import a_claimed_notification

SENDER = "shop@example.com"


def read(notification: ClaimedNotification, sender: str = SENDER) -> EmailMessage:
    """Returns the message as the recipient's mail program reads it."""
    content = mail_message(notification, sender).content.replace(b"\r\n", b"\n")
    return message_from_bytes(content, policy=policy.default)


def test_message_is_text_with_html_alternative() -> None:
    message = read(a_claimed_notification())
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]


def test_message_without_html_is_text() -> None:
    message = read(a_claimed_notification(body_html=None))
    assert message.get_content_type() == "text/plain"
    assert message.get_content() == "Hello Ada\n"


def test_headers_have_sender_recipient_and_date() -> None:
    message = read(a_claimed_notification())
    assert message["From"] == "shop@example.com"
    assert message["To"] == "ada@example.com"
    assert message["Date"] == "Sat, 31 Jan 2026 12:00:00 +0000"


def test_sent_message_is_read_as_written() -> None:
    notification = a_claimed_notification(body="Grüße\n", body_html="<p>Grüße</p>\n")
    message = read(notification)
    assert message["Date"].datetime == notification.pending_since
    assert message["From"].addresses[0].addr_spec == SENDER
    parts = [(p.get_content_type(), p.get_content()) for p in message.iter_parts()]
    assert parts == [("text/plain", "Grüße\n"), ("text/html", "<p>Grüße</p>\n")]


@pytest.mark.parametrize(
    "text",
    [
        "A line\n.\n..\nFrom here on\n",
        "trailing \t\nblanks \n",
        "long " * 300 + "\n",
        "=?utf-8?q?no_header?= and =3D\n--=_x--\n",
        "\n\n🪔 tabs\tand \x1f controls\n",
    ],
)
def test_text_arrives_as_written_in_short_lines(text: str) -> None:
    notification = a_claimed_notification(body=text, body_html=f"<p>{text}</p>\n")
    arrived = read(notification)
    parts = [part.get_content() for part in arrived.iter_parts()]
    assert parts == [text, f"<p>{text}</p>\n"]
    lines = mail_message(notification, SENDER).content.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_repeated_message_has_same_message_id() -> None:
    notification = a_claimed_notification()
    expected = f"<{notification.event_id}@example.com>"
    assert read(notification)["Message-ID"] == expected
    assert read(notification)["Message-ID"] == expected


def test_resent_message_has_another_message_id() -> None:
    notification = a_claimed_notification(resends=2)
    expected = f"<{notification.event_id}.2@example.com>"
    assert read(notification)["Message-ID"] == expected


def test_line_break_in_subject_adds_no_header() -> None:
    notification = a_claimed_notification(subject="Your order\r\nBcc: eve@example.com")
    message = read(notification)
    assert message["Subject"] == "Your order Bcc: eve@example.com"
    assert "Bcc" not in message


@pytest.mark.parametrize(
    "subject",
    [
        "Order ORD-20260131-000017 confirmed",
        "Running low: =?utf-8?q?Your_payment_failed?=",
        "Low: =?utf-8?b?WW91ciBwYXltZW50IGZhaWxlZA==?= and =?iso-8859-1?q?=A3?=",
        "Grüße =?utf-8?q?Your_payment_failed?=",
        "=?",
        "=?utf-8?q?" + "long_" * 60 + "?=",
        "🪔" * 100,
        "x" * 300,
    ],
)
def test_subject_arrives_as_written(subject: str) -> None:
    arrived = read(a_claimed_notification(subject=subject))
    assert arrived["Subject"] == subject
    assert arrived["To"] == "ada@example.com"


def test_message_says_that_it_is_automatic() -> None:
    message = read(a_claimed_notification())
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("address", "header"),
    [
        ("z@bücher.example", "z@xn--bcher-kva.example"),
        ("z@BÜCHER.example", "z@xn--bcher-kva.example"),
        ("z@xn--bcher-kva.example", "z@xn--bcher-kva.example"),
        ("z@b\u0075\u0308cher.example", "z@xn--bcher-kva.example"),
        ("z@例え.テスト", "z@xn--r8jz45g.xn--zckzah"),
        ("z@mail_1.example", "z@mail_1.example"),
        ("zoë@bücher.example", "zoë@bücher.example"),
    ],
)
def test_domain_is_written_in_ascii_unless_local_part_is_not(
    address: str, header: str
) -> None:
    assert read(a_claimed_notification(recipient=address))["To"] == header
    assert read(a_claimed_notification(), address)["From"] == header


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example.com, eve@example.com",
        "ada@example.com,eve",
        "ada@example.com\r\nBcc: eve@example.com",
        "Ada <ada@example.com>",
        "ada@example.com\x00",
        "ada@ü..example",
        "ada@-ü-.example",
        f"ada@{'ü' * 64}.example",
    ],
)
def test_malformed_recipient_is_undeliverable(recipient: str) -> None:
    with pytest.raises(InvalidRecipient):
        mail_message(a_claimed_notification(recipient=recipient), SENDER)
