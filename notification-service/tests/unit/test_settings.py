from typing import Any

import pytest
from pydantic import ValidationError

from app.config.settings import MailServer, NotificationSettings
from chassis import load_settings

STORES = {
    "DATABASE_URL": "postgresql://db.example.com/notifications",
    "RABBITMQ_URL": "amqp://broker.example.com/",
    "SERVICE_CLIENT_ID": "notification-service",
    "SERVICE_CLIENT_SECRET": "hidden",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in NotificationSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in STORES.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def settings(environment: pytest.MonkeyPatch, **values: Any) -> NotificationSettings:
    for name, value in values.items():
        environment.setenv(name, value)
    return NotificationSettings()


@pytest.mark.parametrize("given", [{}, {"SMTP_HOST": ""}, {"SMTP_HOST": " "}])
def test_no_mail_server_by_default(
    environment: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    assert settings(environment, **given).mail_server is None


def test_mail_server_is_read_from_environment(
    environment: pytest.MonkeyPatch,
) -> None:
    given = settings(
        environment,
        SMTP_HOST="mail.example.com",
        SMTP_PORT="587",
        SMTP_USER="shop",
        SMTP_PASSWORD="hidden",
        SMTP_STARTTLS="true",
        MAIL_FROM="shop@example.com",
    )
    assert given.mail_server == MailServer(
        host="mail.example.com",
        port=587,
        sender="shop@example.com",
        user="shop",
        password="hidden",
        starttls=True,
    )
    assert "hidden" not in repr(given.mail_server)


@pytest.mark.parametrize(
    "given",
    [
        {"SMTP_HOST": "mail.example.com"},
        {"SMTP_HOST": "mail.example.com", "MAIL_FROM": "the shop"},
        {"MAIL_FROM": "Shop <shop@example.com>"},
        {"SMTP_USER": "shop"},
        {"SMTP_PASSWORD": "hidden"},
    ],
)
def test_incomplete_mail_settings_are_refused(
    environment: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    with pytest.raises(ValidationError):
        settings(environment, **given)


@pytest.mark.parametrize(
    ("host", "read"),
    [
        ("::1", "::1"),
        ("[::1]", "::1"),
        ("Mail.Example.COM", "mail.example.com"),
        (" mail ", "mail"),
        ("192.0.2.7", "192.0.2.7"),
    ],
)
def test_mail_host_has_one_spelling(
    environment: pytest.MonkeyPatch, host: str, read: str
) -> None:
    given = settings(environment, SMTP_HOST=host, MAIL_FROM="shop@example.com")
    assert given.smtp_host == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Shop+mail@Example.COM", "Shop+mail@example.com"),
        ("shop@bücher.example", "shop@xn--bcher-kva.example"),
        (" shop@localhost ", "shop@localhost"),
    ],
)
def test_sender_has_one_spelling(
    environment: pytest.MonkeyPatch, text: str, read: str
) -> None:
    assert settings(environment, MAIL_FROM=text).mail_from == read


@pytest.mark.parametrize(
    ("text", "read"),
    [("true", True), (" TRUE ", True), ("1", True), ("off", False), (" ", False)],
)
def test_encryption_is_switched_in_any_case(
    environment: pytest.MonkeyPatch, text: str, read: bool
) -> None:
    assert settings(environment, SMTP_STARTTLS=text).smtp_starttls is read


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_HOST", "mail.example.com:25"),
        ("SMTP_HOST", "smtp://mail.example.com"),
        ("SMTP_HOST", "a b"),
        ("SMTP_PORT", "2_5"),
        ("SMTP_PORT", "smtp"),
        ("SMTP_STARTTLS", "maybe"),
        ("MAIL_FROM", "Shop <shop@example.com>"),
        ("MAIL_FROM", "shop@"),
        ("MAIL_FROM", "shop@-"),
        ("MAIL_FROM", "shop@example..com"),
        ("MAIL_FROM", "shop@example.com:25"),
        ("MAIL_FROM", "shop@[::1]"),
        ("MAIL_FROM", "sh..op@example.com"),
        ("MAIL_FROM", '"shop"@example.com'),
        ("MAIL_FROM", "shop@example.com,other@example.com"),
        ("SMTP_USER", "sh\x1bop"),
        ("SERVICE_CLIENT_ID", " "),
        ("SERVICE_CLIENT_ID", "order\nservice"),
        ("SERVICE_CLIENT_SECRET", " "),
    ],
)
def test_malformed_setting_is_refused(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        load_settings(NotificationSettings)
    [line] = str(ended.value).splitlines()
    assert line.startswith(f"error: {name}: ")
    assert ", such as " in line
