"""The secrets of one platform: generated on its first start, kept in its root.

None has a default. In production each must be brought, never be made up here.
"""

import hashlib
import json
import secrets as entropy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tools.local.errors import PasswordRefused, SecretsMissing
from tools.local.files import write_private
from tools.local.ports import SERVICE_PORTS

CLIENTS = ("product-service", "order-service", "notification-service")
ADMIN = "admin"
NAMES = (
    "postgres",
    "redis",
    "rabbitmq",
    "supervisor",
    ADMIN,
    *(f"{service}/database" for service in SERVICE_PORTS),
    *(f"{service}/client" for service in CLIENTS),
)


@dataclass(frozen=True)
class Secrets:
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def database(self, service: str) -> str:
        return self.values[f"{service}/database"]

    def client(self, service: str) -> str:
        return self.values[f"{service}/client"]

    def client_digests(self) -> dict[str, str]:
        """Returns the digests by which user-service recognizes the other services."""
        return {
            service: hashlib.sha256(self.client(service).encode()).hexdigest()
            for service in CLIENTS
        }


def keep(file: Path, environment: Mapping[str, str]) -> Secrets:
    """The kept secrets; on the way, missing ones are generated and kept.

    ADMIN_PASSWORD counts on the first start only, on which the administrator is made.
    """
    values: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [name for name in NAMES if name not in values]
    if missing:
        _refuse_in_production(environment, f"{file}: {', '.join(missing)}")
        values |= {name: entropy.token_hex(24) for name in missing}
        given = environment.get("ADMIN_PASSWORD", "")
        if given.strip() and ADMIN in missing:
            _refuse_length(given)
            values[ADMIN] = given
        write_private(file, json.dumps(values, indent=2))
    return Secrets(values)


def keep_signing_key(directory: Path, environment: Mapping[str, str]) -> None:
    """user-service signs with the keys in this directory; a file's name is its kid."""
    if any(directory.glob("*.pem")):
        return
    _refuse_in_production(environment, f"{directory}: a signing key, <kid>.pem")
    directory.mkdir(mode=0o700, exist_ok=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    kid = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    write_private(directory / f"{kid}.pem", pem)


def _refuse_length(password: str) -> None:
    # Once it is kept, user-service would refuse it at every start.
    if len(password) < 8 or len(password.encode()) > 72:
        raise PasswordRefused(
            "ADMIN_PASSWORD must have 8 characters at least and 72 bytes at most;"
            " without it, one is generated"
        )


def _refuse_in_production(environment: Mapping[str, str], what: str) -> None:
    # As the services read it.
    if environment.get("ENVIRONMENT", "").strip().lower() == "production":
        raise SecretsMissing(
            f"ENVIRONMENT is production and secrets are missing. Bring them: {what}"
        )
