from pathlib import Path

import pytest

from tools.compose.vault import DATABASES

SERVICES = (*DATABASES, "api-gateway")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A vault that holds a signing key, as making one takes a while, and no more."""
    directory = tmp_path / "vault"
    keys = directory / "signing-keys"
    keys.mkdir(parents=True)
    (keys / "first.pem").touch(mode=0o600)
    return directory


@pytest.fixture
def to(tmp_path: Path) -> Path:
    directory = tmp_path / "handed-out"
    stores = (*DATABASES.values(), "redis")
    exporters = [f"{store}-exporter" for store in stores]
    for part in (*SERVICES, *stores, *exporters, "rabbitmq", "grafana", "keycloak"):
        (directory / part).mkdir(parents=True)
    return directory
