"""The Keycloak of the compose profile `keycloak`, as docs/OIDC.md describes it."""

import json
from collections.abc import Mapping

from tools.compose.vault import Vault

PROFILE = "keycloak"
ADMIN = "keycloak-admin"
CLIENT = "keycloak-client"
SECRETS = (ADMIN, CLIENT)
# Browsers reach Keycloak at the first address, user-service at the second.
PUBLIC_URL = "http://localhost:8080"
URL = "http://keycloak:8080"
REALM = "/realms/pannier"


def is_chosen(environment: Mapping[str, str]) -> bool:
    chosen = environment.get("COMPOSE_PROFILES", "").split(",")
    return PROFILE in [name.strip() for name in chosen]


def refusal(environment: Mapping[str, str], *, is_production: bool) -> str | None:
    """Returns why the profile cannot be used, if so."""
    if is_production:
        return (
            "ENVIRONMENT is production, and the profile keycloak is for development"
            " only: docs/OIDC.md shows how to connect a Keycloak of your own"
        )
    if environment.get("OIDC_PROVIDERS", "").strip():
        return (
            "OIDC_PROVIDERS is set, and the profile keycloak sets it too: use one of"
            " the two"
        )
    return None


def variables(vault: Vault) -> dict[str, str]:
    """Returns the secret variables of Keycloak; the realm file names the second."""
    return {
        "KC_BOOTSTRAP_ADMIN_PASSWORD": vault[ADMIN],
        "PANNIER_CLIENT_SECRET": vault[CLIENT],
    }


def providers(vault: Vault) -> str:
    """Returns OIDC_PROVIDERS of user-service."""
    provider = {
        "name": "keycloak",
        "title": "Keycloak",
        "issuer": f"{PUBLIC_URL}{REALM}",
        "discovery_url": f"{URL}{REALM}/.well-known/openid-configuration",
        "client_id": "pannier-web",
        "client_secret": vault[CLIENT],
        "audience": "pannier",
        "roles_claim": "realm_access.roles",
        "admin_values": ["pannier-admin"],
    }
    return json.dumps([provider])
