import pytest

from app.clients.channel import Undeliverable
from app.clients.mail import mail_message
from tests.factories.notifications import a_notification

SENDER = "shop@example.com"


def test_a_message_is_text_with_html_as_its_alternative() -> None:
    message = mail_message(a_notification(), SENDER)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]


def test_without_html_a_message_is_text() -> None:
    message = mail_message(a_notification(body_html=None), SENDER)
    assert message.get_content_type() == "text/plain"
    assert message.get_content() == "Hello Ada\n"


def test_the_headers_say_from_whom_to_whom_and_when() -> None:
    message = mail_message(a_notification(), SENDER)
    assert message["From"] == "shop@example.com"
    assert message["To"] == "ada@example.com"
    assert message["Date"] == "Sat, 31 Jan 2026 12:00:00 +0000"


def test_a_message_made_again_has_the_same_message_id() -> None:
    notification = a_notification()
    expected = f"<{notification.event_id}@example.com>"
    assert mail_message(notification, SENDER)["Message-ID"] == expected
    assert mail_message(notification, SENDER)["Message-ID"] == expected


def test_a_message_that_is_to_arrive_again_has_another_message_id() -> None:
    notification = a_notification(resends=2)
    expected = f"<{notification.event_id}.2@example.com>"
    assert mail_message(notification, SENDER)["Message-ID"] == expected


def test_a_line_break_in_a_subject_does_not_become_a_header() -> None:
    notification = a_notification(subject="Your order\r\nBcc: eve@example.com")
    message = mail_message(notification, SENDER)
    assert message["Subject"] == "Your order Bcc: eve@example.com"
    assert "Bcc" not in message


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
    ],
)
def test_what_is_not_one_address_is_undeliverable(recipient: str) -> None:
    with pytest.raises(Undeliverable):
        mail_message(a_notification(recipient=recipient), SENDER)
