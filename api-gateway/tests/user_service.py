"""A real user-service, in a process of its own, because it has an `app` of its own."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chassis.testing import eventually, reserved_port, temporary_database
from tests.gateway import PATIENCE

FOLDER = Path(__file__).parents[2] / "user-service"
PASSWORD = "correct horse"

_numbers = count(1)


@dataclass(frozen=True)
class UserService:
    """
    Attributes:
        log_file: what it has written.
    """

    port: int
    log_file: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def register(self) -> str:
        """Registers a user, and returns the username."""
        username = f"user{next(_numbers)}"
        account = {"username": username, "password": PASSWORD}
        async with httpx.AsyncClient(base_url=self.url, timeout=PATIENCE) as client:
            response = await client.post("/register", json=account)
        assert response.status_code == 201, response.text
        return username

    async def accepts(self, access_token: str) -> bool:
        async with httpx.AsyncClient(base_url=self.url, timeout=PATIENCE) as client:
            body = {"token": access_token}
            response = await client.post("/validate-token", json=body)
        valid: bool = response.json()["valid"]
        return valid

    async def is_ready(self) -> bool:
        async with httpx.AsyncClient(base_url=self.url, timeout=PATIENCE) as client:
            try:
                response = await client.get("/health/ready")
            except httpx.TransportError:
                return False
        return response.status_code == 200


@asynccontextmanager
async def running(
    broker_url: str, keys: Path, **given: str
) -> AsyncIterator[UserService]:
    """Runs user-service, which trusts the gateway's address.

    Args:
        given: further settings.
    """
    (keys / "2026-01.pem").write_bytes(_private_key())
    with temporary_database() as database_url, reserved_port() as port:
        service = UserService(port, keys / "user-service.log")
        environment = {
            "DATABASE_URL": database_url,
            "RABBITMQ_URL": broker_url,
            "SIGNING_KEYS_DIR": str(keys),
            "BCRYPT_COST": "4",
            "TRUSTED_PROXIES": "127.0.0.1",
            "OTEL_SDK_DISABLED": "true",
            **given,
        }
        with _process(environment, service):
            await eventually(service.is_ready, within=60)
            yield service


@contextmanager
def _process(environment: dict[str, str], service: UserService) -> Iterator[None]:
    with service.log_file.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [
                *(sys.executable, "-m", "chassis.server", "app.main:create_app"),
                *("--host", "127.0.0.1", "--port", str(service.port), "--migrate"),
            ],
            cwd=FOLDER,
            env=os.environ | environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _private_key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
