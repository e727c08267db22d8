"""Generates the secrets that are missing, and hands each part of the platform its own.

The vault keeps one file per secret. What a part gets, it gets in the form in which it
reads it, in a volume that no other part mounts. Runs at each `docker compose up`, and
generates nothing twice; where ENVIRONMENT is production, it generates nothing at all.
"""

import hashlib
import json
import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from tools.compose import keycloak_profile
from tools.compose.rabbitmq_files import CONF, definitions
from tools.compose.vault import (
    ADMIN,
    CLIENTS,
    DATABASES,
    GATEWAY_REDIS,
    GRAFANA,
    REDIS,
    REDIS_EXPORTER,
    Vault,
    write,
)


def hand_out(vault: Vault, to: Path) -> None:
    for service, host in DATABASES.items():
        write(to / service / "env", _environment(vault, service))
        write(to / host / "password", vault[f"{service}-database"])
        write(to / host / "role.sql", _roles(vault, service))
        write(to / f"{host}-exporter/password", vault[f"{host}-exporter"])
    write(to / "api-gateway/env", _gateway_environment(vault))
    write(to / "redis/redis.conf", _redis_conf(vault))
    write(to / "redis-exporter/passwords.json", _redis_exporter_passwords(vault))
    write(to / "grafana/password", vault[GRAFANA])
    write(to / "rabbitmq/rabbitmq.conf", CONF)
    write(to / "rabbitmq/definitions.json", definitions(vault))
    if _has_keycloak(vault):
        keycloak = keycloak_profile.variables(vault)
        write(to / "keycloak/env", _as_script(keycloak))
    _hand_out_keys(vault.signing_keys, to / "user-service/signing-keys")


def _hand_out_keys(kept: Path, to: Path) -> None:
    to.mkdir(exist_ok=True)
    names = {key.name for key in kept.glob("*.pem")}
    for name in names - {key.name for key in to.glob("*.pem")}:
        write(to / name, (kept / name).read_text())
    for key in to.glob("*.pem"):
        if key.name not in names:
            key.unlink()


def _has_keycloak(vault: Vault) -> bool:
    return set(keycloak_profile.SECRETS) <= set(vault.names)


def _environment(vault: Vault, service: str) -> str:
    """Returns the secret settings of the service, as a shell script."""
    role = _role_name(service)
    password = quote(vault[f"{service}-database"], safe="")
    server = f"{DATABASES[service]}:5432"
    variables = {
        "DATABASE_URL": f"postgresql+psycopg://{role}:{password}@{server}/{role}_db",
        "RABBITMQ_PASSWORD": vault[f"{service}-rabbitmq"],
    }
    if service in CLIENTS:
        variables["SERVICE_CLIENT_SECRET"] = vault[f"{service}-client"]
    if service == "user-service":
        variables["ADMIN_PASSWORD"] = vault[ADMIN]
        digests = {client: _sha256(vault[f"{client}-client"]) for client in CLIENTS}
        variables["SERVICE_CLIENTS"] = json.dumps(digests)
        if _has_keycloak(vault):
            variables["OIDC_PROVIDERS"] = keycloak_profile.providers(vault)
    if service == "product-service":
        variables["REDIS_URL"] = _redis_url(service, vault[REDIS])
    return _as_script(variables)


def _gateway_environment(vault: Vault) -> str:
    """Returns the one secret setting of the gateway, which has no database."""
    return _as_script({"REDIS_URL": _redis_url("api-gateway", vault[GATEWAY_REDIS])})


def _redis_url(user: str, password: str) -> str:
    return f"redis://{user}:{quote(password, safe='')}@redis:6379/0"


def _as_script(variables: Mapping[str, str]) -> str:
    return "".join(f"{name}={shlex.quote(v)}\n" for name, v in variables.items())


def _roles(vault: Vault, service: str) -> str:
    """Returns SQL for the roles of the service and of the exporter.

    The service owns its database and is not a superuser; the superuser has no password.
    The exporter reads statistics, and cannot connect to the service's database.
    """
    role = _role_name(service)
    password = _quoted(vault[f"{service}-database"])
    exporter = _quoted(vault[f"{DATABASES[service]}-exporter"])
    return (
        f"CREATE ROLE {role} LOGIN PASSWORD {password};\n"
        f"CREATE DATABASE {role}_db OWNER {role};\n"
        f"REVOKE ALL ON DATABASE {role}_db FROM PUBLIC;\n"
        f"CREATE ROLE exporter LOGIN CONNECTION LIMIT 4 PASSWORD {exporter};\n"
        "GRANT pg_monitor TO exporter;\n"
        "ALTER ROLE postgres PASSWORD NULL;\n"
    )


def _redis_conf(vault: Vault) -> str:
    """A cache without persistence; anonymous clients may only send PING."""
    return (
        'save ""\n'
        "maxmemory 64mb\n"
        "maxmemory-policy allkeys-lru\n"
        "user default on nopass resetkeys resetchannels -@all +ping\n"
        f"user product-service on #{_sha256(vault[REDIS])} ~* &* +@all -@admin\n"
        f"user api-gateway on #{_sha256(vault[GATEWAY_REDIS])} ~pannier-limits*"
        " resetchannels +@all -@admin -@dangerous\n"
        f"user exporter on #{_sha256(vault[REDIS_EXPORTER])} resetkeys resetchannels"
        " -@all +ping +info +client|setname +latency|latest +latency|histogram"
        " +slowlog|len +slowlog|get\n"
    )


def _redis_exporter_passwords(vault: Vault) -> str:
    """Its releases differ in whether they look for the address with the user."""
    addresses = ("redis://redis:6379", "redis://exporter@redis:6379")
    return json.dumps(dict.fromkeys(addresses, vault[REDIS_EXPORTER]))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _role_name(service: str) -> str:
    return service.replace("-", "_")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def main(vault: Vault, to: Path, environment: Mapping[str, str]) -> str | None:
    """Returns why nothing could be handed out, if so."""
    # As the services read it.
    is_production = environment.get("ENVIRONMENT", "").strip().lower() == "production"
    if keycloak_profile.is_chosen(environment):
        vault = vault.with_more(keycloak_profile.SECRETS)
        refusal = keycloak_profile.refusal(environment, is_production=is_production)
        if refusal:
            return refusal
    password = environment.get("ADMIN_PASSWORD", "")
    counts = password.strip() and ADMIN in vault.missing()
    given = {ADMIN: password} if counts else {}
    # Once it is kept, user-service would refuse it at every start.
    if given and (len(password) < 8 or len(password.encode()) > 72):
        return (
            "ADMIN_PASSWORD must have 8 characters at least and 72 bytes at most;"
            " without it, one is generated"
        )
    missing = [name for name in vault.missing() if name not in given]
    if missing and is_production:
        return f"ENVIRONMENT is production. Bring the secrets: {', '.join(missing)}"
    vault.fill(given)
    hand_out(vault, to)
    print(f"secrets: {len(missing)} generated, all handed out")
    return None


if __name__ == "__main__":
    sys.exit(main(Vault(Path("/vault")), Path("/handed-out"), os.environ))
