"""What the service refuses to start with."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.config.settings import UserSettings


def make_settings(**given: Any) -> UserSettings:
    return UserSettings(
        database_url=SecretStr("postgresql://db/users"),
        signing_keys_dir=Path("keys"),
        **given,
    )


def test_clients_are_read_from_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_CLIENTS", f'{{"order-service": "{"a" * 64}"}}')

    assert make_settings().service_clients == {"order-service": "a" * 64}


def test_a_client_secret_that_is_not_hashed_is_refused() -> None:
    with pytest.raises(ValidationError) as refusal:
        make_settings(service_clients={"order-service": "plain secret"})

    assert "plain secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "half", [{"admin_username": "root"}, {"admin_password": SecretStr("rule them")}]
)
def test_half_an_administrator_is_refused(half: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="ADMIN_PASSWORD"):
        make_settings(**half)
