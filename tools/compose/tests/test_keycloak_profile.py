"""The compose profile `keycloak`: its secrets, its provider and its refusals."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.export import PLACEHOLDERS
from tests import keycloak
from tools.compose import keycloak_profile
from tools.compose.generate_secrets import main
from tools.compose.vault import Vault
from tools.local.layout import REPOSITORY

CHOSEN = {"COMPOSE_PROFILES": "other, keycloak"}
# Run in the service's folder, as all services call their package `app`.
READ = """
from app.config.settings import UserSettings
[provider] = UserSettings().oidc_providers
print(provider.issuer, provider.metadata_url)
"""


def variables_of(part: str, to: Path) -> dict[str, str]:
    lines = shlex.split((to / part / "env").read_text())
    return dict(line.split("=", 1) for line in lines)


def test_profile_gives_keycloak_and_user_service_one_secret(
    kept: Path, to: Path
) -> None:
    assert main(Vault(kept), to, CHOSEN) is None

    of_keycloak = variables_of("keycloak", to)
    [provider] = json.loads(variables_of("user-service", to)["OIDC_PROVIDERS"])
    assert of_keycloak["PANNIER_CLIENT_SECRET"] == provider["client_secret"]
    assert of_keycloak["KC_BOOTSTRAP_ADMIN_PASSWORD"] == (
        (kept / keycloak_profile.ADMIN).read_text()
    )
    assert min(map(len, of_keycloak.values())) >= 32
    assert len(set(of_keycloak.values())) == 2


def test_secrets_of_keycloak_are_generated_once(kept: Path, to: Path) -> None:
    main(Vault(kept), to, CHOSEN)
    first = variables_of("keycloak", to)
    main(Vault(kept), to, CHOSEN)

    assert variables_of("keycloak", to) == first


def test_keycloak_secrets_need_its_profile(kept: Path, to: Path) -> None:
    main(Vault(kept), to, {"COMPOSE_PROFILES": "other"})

    assert list(kept.glob("keycloak*")) == list((to / "keycloak").iterdir()) == []
    assert "OIDC_PROVIDERS" not in variables_of("user-service", to)


def test_user_service_loses_provider_without_profile(kept: Path, to: Path) -> None:
    main(Vault(kept), to, CHOSEN)
    main(Vault(kept), to, {})

    assert "OIDC_PROVIDERS" not in variables_of("user-service", to)


def test_only_user_service_gets_the_secret_of_the_client(kept: Path, to: Path) -> None:
    main(Vault(kept), to, CHOSEN)

    vault = Vault(kept)
    for secret, parts in (
        (vault[keycloak_profile.CLIENT], {"keycloak", "user-service"}),
        (vault[keycloak_profile.ADMIN], {"keycloak"}),
    ):
        files = [path for path in to.rglob("*") if path.is_file()]
        with_it = {path for path in files if secret in path.read_text()}
        assert {path.relative_to(to).parts[0] for path in with_it} == parts


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"ENVIRONMENT": "production"}, "for development only"),
        ({"OIDC_PROVIDERS": '[{"name": "own"}]'}, "OIDC_PROVIDERS is set"),
    ],
)
def test_profile_is_refused(
    kept: Path, to: Path, given: dict[str, str], reason: str
) -> None:
    refusal = main(Vault(kept), to, {**CHOSEN, **given})

    assert refusal is not None
    assert reason in refusal
    assert [path.name for path in kept.iterdir()] == ["signing-keys"]


def test_user_service_reads_the_provider(kept: Path, to: Path) -> None:
    main(Vault(kept), to, CHOSEN)
    providers = variables_of("user-service", to)["OIDC_PROVIDERS"]

    read = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", READ],
        cwd=REPOSITORY / "user-service",
        env={**PLACEHOLDERS, "OIDC_PROVIDERS": providers},
        capture_output=True,
        text=True,
        check=True,
    )
    issuer = "http://localhost:8080/realms/pannier"
    inside = "http://keycloak:8080/realms/pannier/.well-known/openid-configuration"
    assert read.stdout.split() == [issuer, inside]


def test_provider_is_the_client_of_the_realm_file(kept: Path, to: Path) -> None:
    main(Vault(kept), to, CHOSEN)
    [provider] = json.loads(variables_of("user-service", to)["OIDC_PROVIDERS"])

    realm = json.loads(keycloak.REALM.read_text())
    [client] = realm["clients"]
    [mapper] = client["protocolMappers"]
    assert provider["issuer"].endswith(f"/realms/{realm['realm']}")
    assert provider["client_id"] == client["clientId"]
    assert provider["audience"] == mapper["config"]["included.custom.audience"]
    assert provider["admin_values"] == [
        role["name"] for role in realm["roles"]["realm"]
    ]
