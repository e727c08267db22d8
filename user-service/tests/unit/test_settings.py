"""Invalid settings are rejected with one sentence each."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.config.settings import UserSettings
from chassis import load_settings


def make_settings(**given: Any) -> UserSettings:
    return UserSettings(
        database_url=SecretStr("postgresql://db/users"),
        rabbitmq_url=SecretStr("amqp://broker/"),
        signing_keys_dir=Path("."),
        **given,
    )


def test_clients_are_read_from_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_CLIENTS", f'{{"order-service": "{"a" * 64}"}}')

    assert make_settings().service_clients == {"order-service": "a" * 64}


def test_client_digest_ignores_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_CLIENTS", f'{{"order-service": " {"AB" * 32} "}}')

    assert make_settings().service_clients == {"order-service": "ab" * 32}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVICE_CLIENTS", "order-service=hunter2"),
        ("SERVICE_CLIENTS", '["hunter2"]'),
        ("SERVICE_CLIENTS", '{"order-service": "hunter2"}'),
        ("SERVICE_CLIENTS", '{"order-service": {"hunter2": 1}}'),
        ("SIGNING_KEYS_DIR", "/nowhere/at/all"),
        ("SIGNING_KEYS_DIR", "/etc/hostname"),
        ("SIGNING_KEYS_DIR", " "),
        ("KEY_ACTIVATION_SECONDS", "-1"),
        ("KEY_ACTIVATION_SECONDS", "99999999999999"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "1_5"),
        ("ACCESS_TOKEN_EXPIRE_MINUTES", "0"),
        ("REFRESH_TOKEN_EXPIRE_DAYS", "30.0"),
        ("BCRYPT_COST", "+12"),
        ("TOKEN_AUDIENCE", "shop\nexample"),
        ("TOKEN_ISSUER", "shop.example"),
        ("TOKEN_ISSUER", "https://shop.example/ x"),
        ("TRUSTED_PROXIES", "everyone"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "10.0.0.1:80"),
        ("TRUSTED_PROXIES", "[1]"),
    ],
)
def test_malformed_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/users")
    monkeypatch.setenv("RABBITMQ_URL", "amqp://broker/")
    monkeypatch.setenv("SIGNING_KEYS_DIR", ".")
    monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as failure:
        load_settings(UserSettings)

    [line] = str(failure.value).splitlines()
    assert line.startswith(f"error: {name}: ")
    assert ", such as " in line
    assert "hunter2" not in line


def test_plain_client_secret_is_rejected() -> None:
    with pytest.raises(ValidationError) as failure:
        make_settings(service_clients={"order-service": "plain secret"})

    assert "plain secret" not in str(failure.value)


PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "service_clients": {"order-service": "a" * 64},
    "admin_username": "root",
    "admin_password": SecretStr("rule them all"),
}


def test_production_accepts_complete_secrets() -> None:
    assert make_settings(**PRODUCTION).environment == "production"


@pytest.mark.parametrize(
    ("omitted", "named"),
    [
        (["admin_username", "admin_password"], "ADMIN_PASSWORD"),
        (["service_clients"], "SERVICE_CLIENTS"),
    ],
)
def test_production_rejects_missing_secret(omitted: list[str], named: str) -> None:
    given = {name: v for name, v in PRODUCTION.items() if name not in omitted}

    with pytest.raises(ValidationError, match=named):
        make_settings(**given)


def test_trusted_proxies_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.7,fd00::/8")

    proxies = [str(network) for network in make_settings().trusted_proxies]

    assert proxies == ["10.0.0.0/8", "192.168.1.7/32", "fd00::/8"]


@pytest.mark.parametrize(
    "half", [{"admin_username": "root"}, {"admin_password": SecretStr("rule them")}]
)
def test_incomplete_administrator_is_rejected(half: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="ADMIN_PASSWORD"):
        make_settings(**half)


def provider_settings(**given: Any) -> str:
    provider = {
        "name": "keycloak",
        "issuer": "https://id.example/realms/shop/",
        "client_id": "shop-web",
        "client_secret": "hunter2",
        "audience": "shop",
    }
    provider = {**provider, **given}
    return json.dumps([{k: v for k, v in provider.items() if v is not None}])


def test_issuer_keeps_its_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_PROVIDERS", provider_settings())

    [provider] = make_settings().oidc_providers

    assert provider.issuer == "https://id.example/realms/shop/"
    assert provider.metadata_url == (
        "https://id.example/realms/shop/.well-known/openid-configuration"
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"issuer": None}, "entry 1: issuer is required"),
        ({"audience": None}, "entry 1: audience is required"),
        ({"audience": "shop-web"}, "entry 1: audience must differ from client_id"),
        ({"issuer": "id.example"}, "entry 1: issuer must be a URL"),
        ({"issuer": 7}, "entry 1: issuer input should be a valid string"),
        ({"name": "a b"}, "entry 1: name must have letters"),
        ({"algorithm": "HS256"}, "entry 1: algorithm input should be"),
        ({"algorithm": ["RS256"]}, "entry 1: algorithm input should be"),
        ({"admin_values": ["a"]}, "entry 1: admin_values and customer_values need"),
        ({"scope": "email"}, "entry 1: scope must have the word openid"),
        ({"scopes": "x"}, "entry 1: scopes is not a setting of a provider"),
    ],
    ids=str,
)
def test_wrong_provider_is_rejected_with_its_entry(
    monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], sentence: str
) -> None:
    monkeypatch.setenv("OIDC_PROVIDERS", provider_settings(**wrong))

    with pytest.raises(ValidationError, match=re.escape(sentence)) as failure:
        make_settings()

    assert "hunter2" not in str(failure.value)


@pytest.mark.parametrize("value", ["keycloak", "{}", "[7]", "[" * 2000])
def test_providers_are_a_list_of_objects(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("OIDC_PROVIDERS", value)

    with pytest.raises(ValidationError, match="must be"):
        make_settings()


def test_issuers_of_providers_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    one = json.loads(provider_settings())
    monkeypatch.setenv(
        "OIDC_PROVIDERS", json.dumps([*one, {**one[0], "name": "other"}])
    )

    with pytest.raises(ValidationError, match="another issuer in each entry"):
        make_settings()


def test_provider_is_not_the_service_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = "http://localhost:8001"
    monkeypatch.setenv("OIDC_PROVIDERS", provider_settings(issuer=issuer))

    with pytest.raises(ValidationError, match="TOKEN_ISSUER"):
        make_settings()


def test_production_requires_https_of_providers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    issuer = "http://id.example"
    monkeypatch.setenv("OIDC_PROVIDERS", provider_settings(issuer=issuer))

    with pytest.raises(ValidationError, match="https://"):
        make_settings(**PRODUCTION)
