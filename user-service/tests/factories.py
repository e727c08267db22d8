"""Users, sessions, keys and clients, with whatever a test does not care about."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.models.session import LoginSession, RefreshToken
from app.models.user import User

PASSWORD = "correct horse"
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
MONTH = timedelta(days=30)

_numbers = count(1)


class ServiceClient(NamedTuple):
    client_id: str
    secret: str


ORDER_SERVICE = ServiceClient("order-service", "0123456789abcdef" * 4)


class Account(NamedTuple):
    """A registered user who is logged in."""

    user: dict[str, Any]
    tokens: dict[str, Any]

    @property
    def headers(self) -> dict[str, str]:
        return bearer(self.tokens["access_token"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def client_settings(*clients: ServiceClient) -> dict[str, str]:
    return {c.client_id: hashlib.sha256(c.secret.encode()).hexdigest() for c in clients}


def make_user(**given: Any) -> User:
    fields = {"username": f"user{next(_numbers)}", "password_hash": "x" * 60}
    return User.register(**{**fields, **given})


def make_refresh_token(**given: Any) -> RefreshToken:
    session = LoginSession.open(7, NOW)
    token = session.issue_refresh_token(b"\x00" * 32, MONTH, NOW)
    for name, value in given.items():
        setattr(token, name, value)
    return token


def write_signing_key(file: Path, bits: int = 2048) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


async def register(client: httpx.AsyncClient, **given: Any) -> httpx.Response:
    account = {"username": f"user{next(_numbers)}", "password": PASSWORD}
    return await client.post("/register", json={**account, **given})


async def log_in(
    client: httpx.AsyncClient, username: str, password: str = PASSWORD
) -> httpx.Response:
    form = {"username": username, "password": password}
    return await client.post("/login", data=form)


async def sign_up(client: httpx.AsyncClient, **given: Any) -> Account:
    registered = await register(client, **given)
    assert registered.status_code == 201, registered.text
    user = registered.json()
    logged_in = await log_in(client, user["username"])
    assert logged_in.status_code == 200, logged_in.text
    return Account(user, logged_in.json())


async def refresh(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/refresh", json={"refresh_token": token})


async def service_headers(client: httpx.AsyncClient) -> dict[str, str]:
    granted = await client.post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=ORDER_SERVICE,
    )
    return bearer(granted.json()["access_token"])
