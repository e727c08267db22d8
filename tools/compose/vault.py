"""The secrets of the platform in containers, one file each."""

import os
import secrets
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

DATABASES = {
    "user-service": "user-db",
    "product-service": "product-db",
    "order-service": "order-db",
    "notification-service": "notification-db",
}
CLIENTS = ("product-service", "order-service", "notification-service")
ADMIN = "admin"
REDIS = "product-service-redis"
GATEWAY_REDIS = "api-gateway-redis"
REDIS_EXPORTER = "redis-exporter"
GRAFANA = "grafana"
NAMES = (
    ADMIN,
    REDIS,
    GATEWAY_REDIS,
    REDIS_EXPORTER,
    GRAFANA,
    *(f"{database}-exporter" for database in DATABASES.values()),
    *(f"{service}-database" for service in DATABASES),
    *(f"{service}-rabbitmq" for service in DATABASES),
    *(f"{service}-client" for service in CLIENTS),
)


class Vault:
    """A folder of secrets.

    Attributes:
        names: the secrets that it must have, besides a signing key.
    """

    def __init__(self, directory: Path, names: tuple[str, ...] = NAMES) -> None:
        self.names = names
        self._directory = directory
        self.signing_keys = directory / "signing-keys"

    def __getitem__(self, name: str) -> str:
        return (self._directory / name).read_text().strip()

    def with_more(self, names: tuple[str, ...]) -> "Vault":
        return Vault(self._directory, (*self.names, *names))

    def missing(self) -> list[str]:
        names = [name for name in self.names if not (self._directory / name).exists()]
        has_key = any(self.signing_keys.glob("*.pem"))
        return names if has_key else [*names, "signing-keys/<kid>.pem"]

    def fill(self, given: Mapping[str, str]) -> None:
        """Keeps what is given, and generates what is missing after that."""
        for name in self.names:
            if name in given or not (self._directory / name).exists():
                value = given.get(name) or secrets.token_hex(24)
                write(self._directory / name, value, mode=0o600)
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
        write(self.signing_keys / f"{kid}.pem", key.stdout, mode=0o600)


def write(file: Path, content: str, mode: int = 0o444) -> None:
    """Replaces the file at once; readable to all, as each part runs as its own user."""
    scratch = file.with_name(f".{file.name}.new")
    scratch.unlink(missing_ok=True)
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "w") as opened:
        opened.write(content)
        os.fsync(descriptor)
    scratch.replace(file)
