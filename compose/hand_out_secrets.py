"""Generates the secrets that are missing, and hands each part of the platform its own.

The vault keeps one file per secret. What a part gets, it gets in the form in which it
reads it, in a volume that no other part mounts. Runs at each `docker compose up`, and
generates nothing twice; where ENVIRONMENT is production, it generates nothing at all.
"""

import base64
import hashlib
import json
import os
import secrets
import shlex
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

DATABASES = {
    "user-service": "user-db",
    "product-service": "product-db",
    "order-service": "order-db",
    "notification-service": "notification-db",
}
CLIENTS = ("product-service", "order-service", "notification-service")
ADMIN = "admin"
REDIS = "product-service-redis"
NAMES = (
    ADMIN,
    REDIS,
    *(f"{service}-database" for service in DATABASES),
    *(f"{service}-rabbitmq" for service in DATABASES),
    *(f"{service}-client" for service in CLIENTS),
)
RABBITMQ_CONF = """\
load_definitions = /run/secrets/definitions.json
vm_memory_high_watermark.absolute = 400MiB
disk_free_limit.absolute = 200MB
log.console.use_colors = off
"""


class Vault:
    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.signing_keys = directory / "signing-keys"

    def __getitem__(self, name: str) -> str:
        return (self._directory / name).read_text().strip()

    def missing(self) -> list[str]:
        names = [name for name in NAMES if not (self._directory / name).exists()]
        has_key = any(self.signing_keys.glob("*.pem"))
        return names if has_key else [*names, "signing-keys/<kid>.pem"]

    def fill(self, given: Mapping[str, str]) -> None:
        """Keeps what is given, and generates what is missing after that."""
        for name in NAMES:
            if name in given or not (self._directory / name).exists():
                value = given.get(name) or secrets.token_hex(24)
                _write(self._directory / name, value, mode=0o600)
        if not any(self.signing_keys.glob("*.pem")):
            self._make_signing_key()

    def _make_signing_key(self) -> None:
        self.signing_keys.mkdir(mode=0o700, exist_ok=True)
        kid = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        generate = ["openssl", "genpkey", "-algorithm", "RSA"]
        key = subprocess.run(  # noqa: S603 -- every word is our own
            [*generate, "-pkeyopt", "rsa_keygen_bits:2048"],
            capture_output=True,
            text=True,
            check=True,
        )
        _write(self.signing_keys / f"{kid}.pem", key.stdout, mode=0o600)


def hand_out(vault: Vault, to: Path) -> None:
    for service, host in DATABASES.items():
        _write(to / service / "env", _environment(vault, service))
        _write(to / host / "password", vault[f"{service}-database"])
        _write(to / host / "role.sql", _role(vault, service))
    _write(to / "redis/redis.conf", _redis_conf(vault))
    _write(to / "rabbitmq/rabbitmq.conf", RABBITMQ_CONF)
    _write(to / "rabbitmq/definitions.json", _rabbitmq_definitions(vault))
    _hand_out_keys(vault.signing_keys, to / "user-service/signing-keys")


def _hand_out_keys(kept: Path, to: Path) -> None:
    to.mkdir(exist_ok=True)
    names = {key.name for key in kept.glob("*.pem")}
    for name in names - {key.name for key in to.glob("*.pem")}:
        _write(to / name, (kept / name).read_text())
    for key in to.glob("*.pem"):
        if key.name not in names:
            key.unlink()


def _environment(vault: Vault, service: str) -> str:
    """What is secret in the service's environment, for a shell to read."""
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
    if service == "product-service":
        password = quote(vault[REDIS], safe="")
        variables["REDIS_URL"] = f"redis://{service}:{password}@redis:6379/0"
    return "".join(f"{name}={shlex.quote(v)}\n" for name, v in variables.items())


def _role(vault: Vault, service: str) -> str:
    """The service owns its database and is no superuser; who is, has no password."""
    role = _role_name(service)
    password = vault[f"{service}-database"].replace("'", "''")
    return (
        f"CREATE ROLE {role} LOGIN PASSWORD '{password}';\n"
        f"CREATE DATABASE {role}_db OWNER {role};\n"
        f"REVOKE ALL ON DATABASE {role}_db FROM PUBLIC;\n"
        "ALTER ROLE postgres PASSWORD NULL;\n"
    )


def _redis_conf(vault: Vault) -> str:
    """A cache that forgets; strangers may ask whether it is alive, and nothing else."""
    return (
        'save ""\n'
        "maxmemory 64mb\n"
        "maxmemory-policy allkeys-lru\n"
        "user default on nopass resetkeys resetchannels -@all +ping\n"
        f"user product-service on #{_sha256(vault[REDIS])} ~* &* +@all -@admin\n"
    )


def _rabbitmq_definitions(vault: Vault) -> str:
    accounts = [
        {
            "name": service,
            "password_hash": _salted(vault[f"{service}-rabbitmq"]),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": "",
        }
        for service in DATABASES
    ]
    everything = {"vhost": "/", "configure": ".*", "write": ".*", "read": ".*"}
    permissions = [{"user": service, **everything} for service in DATABASES]
    vhosts = [{"name": "/"}]
    return json.dumps({"vhosts": vhosts, "users": accounts, "permissions": permissions})


def _role_name(service: str) -> str:
    return service.replace("-", "_")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _salted(password: str) -> str:
    salt = secrets.token_bytes(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return base64.b64encode(salt + digest).decode()


def _write(file: Path, content: str, mode: int = 0o444) -> None:
    """Replaces the file at once; readable to all, as each part runs as its own user."""
    scratch = file.with_name(f".{file.name}.new")
    scratch.unlink(missing_ok=True)
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "w") as opened:
        opened.write(content)
        os.fsync(descriptor)
    scratch.replace(file)


def main(vault: Vault, to: Path, environment: Mapping[str, str]) -> str | None:
    """Returns why nothing could be handed out, if so."""
    password = environment.get("ADMIN_PASSWORD")
    given = {ADMIN: password} if password else {}
    missing = [name for name in vault.missing() if name not in given]
    if missing and environment.get("ENVIRONMENT") == "production":
        return f"ENVIRONMENT is production. Bring the secrets: {', '.join(missing)}"
    vault.fill(given)
    hand_out(vault, to)
    print(f"secrets: {len(missing)} generated, all handed out")
    return None


if __name__ == "__main__":
    sys.exit(main(Vault(Path("/vault")), Path("/handed-out"), os.environ))
