"""What the service refuses to start with."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.config.settings import UserSettings


def make_settings(**given: Any) -> UserSettings:
    return UserSettings(
        database_url=SecretStr("postgresql://db/users"),
        rabbitmq_url=SecretStr("amqp://broker/"),
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


PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "service_clients": {"order-service": "a" * 64},
    "admin_username": "root",
    "admin_password": SecretStr("rule them all"),
}


def test_in_production_what_is_secret_is_given() -> None:
    assert make_settings(**PRODUCTION).environment == "production"


@pytest.mark.parametrize(
    ("left_out", "named"),
    [
        (["admin_username", "admin_password"], "ADMIN_PASSWORD"),
        (["service_clients"], "SERVICE_CLIENTS"),
    ],
)
def test_in_production_a_missing_secret_is_refused(
    left_out: list[str], named: str
) -> None:
    given = {name: v for name, v in PRODUCTION.items() if name not in left_out}

    with pytest.raises(ValidationError, match=named):
        make_settings(**given)


def test_trusted_proxies_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.7,fd00::/8")

    proxies = [str(network) for network in make_settings().trusted_proxies]

    assert proxies == ["10.0.0.0/8", "192.168.1.7/32", "fd00::/8"]


@pytest.mark.parametrize("proxies", ["everyone", "10.0.0.0/33", "10.0.0.1/8"])
def test_what_is_no_network_is_no_proxy(
    monkeypatch: pytest.MonkeyPatch, proxies: str
) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", proxies)

    with pytest.raises(ValidationError, match="trusted_proxies"):
        make_settings()


@pytest.mark.parametrize(
    "half", [{"admin_username": "root"}, {"admin_password": SecretStr("rule them")}]
)
def test_half_an_administrator_is_refused(half: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="ADMIN_PASSWORD"):
        make_settings(**half)
