from typing import Any

import pytest
from pydantic import ValidationError

from app.config.settings import MailServer, NotificationSettings

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


@pytest.mark.parametrize("given", [{}, {"SMTP_HOST": ""}])
def test_there_is_no_mail_server_unless_one_is_named(
    environment: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    assert settings(environment, **given).mail_server is None


def test_a_mail_server_is_described_by_the_environment(
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
def test_half_a_mail_configuration_is_refused(
    environment: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    with pytest.raises(ValidationError):
        settings(environment, **given)
