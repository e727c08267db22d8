import hashlib
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chassis import BrokerSettings
from tools.compose.generate_secrets import main
from tools.compose.vault import DATABASES, NAMES, Vault

SERVICES = (*DATABASES, "api-gateway")
# As in api-gateway/app/limits/counters.py.
KEY_PREFIX = "pannier-limits"


def environment_of(service: str, to: Path) -> dict[str, str]:
    lines = shlex.split((to / service / "env").read_text())
    return dict(line.split("=", 1) for line in lines)


def test_missing_secrets_are_generated_once(kept: Path, to: Path) -> None:
    assert main(Vault(kept), to, {}) is None
    first = {path: path.read_text() for path in kept.rglob("*") if path.is_file()}
    assert main(Vault(kept), to, {}) is None

    assert {path: path.read_text() for path in first} == first
    assert {path.name for path in first} >= set(NAMES)


def test_secrets_are_kept_unreadable_to_others(kept: Path, to: Path) -> None:
    main(Vault(kept), to, {})

    files = [path for path in kept.rglob("*") if path.is_file()]
    assert not [file for file in files if file.stat().st_mode & 0o077]


def test_missing_signing_key_is_generated(kept: Path, to: Path) -> None:
    (kept / "signing-keys/first.pem").unlink()
    main(Vault(kept), to, {})

    (key,) = (kept / "signing-keys").iterdir()
    handed_out = to / "user-service/signing-keys" / key.name
    assert "PRIVATE KEY" in handed_out.read_text() == key.read_text()
    assert not key.stat().st_mode & 0o077


def test_commands_beside_a_service_know_its_secrets(kept: Path, to: Path) -> None:
    main(Vault(kept), to, {})
    environment = environment_of("order-service", to)

    settings = BrokerSettings(
        _env_file=to / "order-service/env", rabbitmq_user="order-service"
    )
    assert settings.database_url.get_secret_value() == environment["DATABASE_URL"]
    assert environment["RABBITMQ_PASSWORD"] in settings.broker_url


@pytest.mark.parametrize("word", ["production", " production ", "Production"])
def test_production_names_missing_secrets(kept: Path, to: Path, word: str) -> None:
    refusal = main(Vault(kept), to, {"ENVIRONMENT": word})

    assert refusal is not None
    assert "order-service-database" in refusal
    assert [path.name for path in kept.iterdir()] == ["signing-keys"]


def test_production_distributes_given_secrets(kept: Path, to: Path) -> None:
    main(Vault(kept), to, {})

    assert main(Vault(kept), to, {"ENVIRONMENT": "production"}) is None


@pytest.mark.parametrize("password", ["admin", "1234567", "ü" * 37])
def test_password_of_wrong_length_is_not_kept(
    kept: Path, to: Path, password: str
) -> None:
    refusal = main(Vault(kept), to, {"ADMIN_PASSWORD": password})
    assert refusal is not None
    assert refusal.startswith("ADMIN_PASSWORD must have 8 characters at least")

    assert main(Vault(kept), to, {"ADMIN_PASSWORD": "correct horse"}) is None
    assert main(Vault(kept), to, {"ADMIN_PASSWORD": password}) is None
    assert environment_of("user-service", to)["ADMIN_PASSWORD"] == "correct horse"


def test_blank_password_of_administrator_is_generated(kept: Path, to: Path) -> None:
    main(Vault(kept), to, {"ADMIN_PASSWORD": "  "})

    assert len(environment_of("user-service", to)["ADMIN_PASSWORD"]) >= 32


def test_given_administrator_password_is_kept(kept: Path, to: Path) -> None:
    main(Vault(kept), to, {"ADMIN_PASSWORD": "given, with 'quotes' and $HOME"})
    main(Vault(kept), to, {})

    password = environment_of("user-service", to)["ADMIN_PASSWORD"]
    assert password == "given, with 'quotes' and $HOME"


def test_service_gets_no_secret_of_another(kept: Path, to: Path) -> None:
    main(Vault(kept), to, {})

    for service in SERVICES:
        own = "".join(
            path.read_text() for path in (to / service).rglob("*") if path.is_file()
        )
        others = [name for name in NAMES if not name.startswith(service)]
        known = [name for name in others if Vault(kept)[name] in own]
        assert known == (["admin"] if service == "user-service" else [])


def test_exporter_gets_only_its_own_password(kept: Path, to: Path) -> None:
    main(Vault(kept), to, {})

    for part in ("user-db-exporter", "redis-exporter", "grafana"):
        (file,) = (to / part).iterdir()
        known = [name for name in NAMES if Vault(kept)[name] in file.read_text()]
        assert known == [part]


def test_exporter_can_only_read_statistics(kept: Path, to: Path) -> None:
    main(Vault(kept), to, {})

    roles = (to / "order-db/role.sql").read_text().splitlines()
    rights = [line for line in roles if line.endswith("TO exporter;")]
    assert rights == ["GRANT pg_monitor TO exporter;"]
    (user,) = [
        line
        for line in (to / "redis/redis.conf").read_text().splitlines()
        if line.startswith("user exporter ")
    ]
    assert {"-@all", "resetkeys", "resetchannels"} < set(user.split())


def test_gateway_reads_no_cached_product(kept: Path, to: Path) -> None:
    main(Vault(kept), to, {})

    (user,) = [
        line.split()
        for line in (to / "redis/redis.conf").read_text().splitlines()
        if line.startswith("user api-gateway ")
    ]
    keys = [word for word in user if word.startswith(("~", "%", "allkeys"))]
    assert keys == [f"~{KEY_PREFIX}*"]
    password = urlsplit(environment_of("api-gateway", to)["REDIS_URL"]).password or ""
    assert f"#{hashlib.sha256(password.encode()).hexdigest()}" in user


def test_user_service_knows_digests_of_its_clients_secrets(
    kept: Path, to: Path
) -> None:
    main(Vault(kept), to, {})

    secret = environment_of("order-service", to)["SERVICE_CLIENT_SECRET"]
    digest = hashlib.sha256(secret.encode()).hexdigest()
    assert digest in environment_of("user-service", to)["SERVICE_CLIENTS"]


def test_retired_key_is_removed(kept: Path, to: Path) -> None:
    main(Vault(kept), to, {})
    (kept / "signing-keys/first.pem").rename(kept / "signing-keys/next.pem")
    main(Vault(kept), to, {})

    handed_out = (to / "user-service/signing-keys").iterdir()
    assert [key.name for key in handed_out] == ["next.pem"]
