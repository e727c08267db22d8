"""Builds users, sessions, keys and clients, with defaults for omitted fields."""

import hashlib
import json
import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.failures import (
    AddressFailure,
    FailuresInARow,
    IdentifierFailure,
    SlowedIdentifier,
)
from app.models.messages import UserMessage
from app.models.session import LoginSession, RefreshToken
from app.models.user import User
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.security.session_tokens import hash_refresh_token
from app.services.deactivate_user import DeactivateUser
from app.services.end_all_sessions import EndAllSessions
from app.services.end_session import EndSession
from app.services.lock_account import LockAccount
from app.services.log_out import LogOut
from chassis import Database, Outbox

PASSWORD = "correct horse"
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
MONTH = timedelta(days=30)
NO_TIME = timedelta(0)

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


def copy_signing_key(source: Path, file: Path, age: timedelta = NO_TIME) -> None:
    """Copies a key to `file`, as if it had been written `age` ago."""
    shutil.copyfile(source, file)
    written_at = time.time() - age.total_seconds()
    os.utime(file, (written_at, written_at))


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
    login = await log_in(client, user["username"])
    assert login.status_code == 200, login.text
    return Account(user, login.json())


async def refresh(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/refresh", json={"refresh_token": token})


async def is_accepted(client: httpx.AsyncClient, access_token: str) -> bool:
    response = await client.get("/me", headers=bearer(access_token))
    assert response.status_code in {200, 401}
    return response.status_code == 200


async def store_session(database: Database, secret: str) -> LoginSession:
    """Stores a new user with a session whose refresh token is `secret`."""
    async with database.transaction() as session:
        user = make_user()
        session.add(user)
        await session.flush()
        now = datetime.now(UTC)
        opened = LoginSession.open(user.id, now)
        session.add(opened.issue_refresh_token(hash_refresh_token(secret), MONTH, now))
    return opened


async def is_any_query_blocked(database: Database) -> bool:
    query = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with database.reading() as connection:
        return bool(await connection.scalar(text(query)))


async def age_failures(database: Database, by: timedelta) -> None:
    """Moves all failed password checks into the past."""
    async with database.transaction() as session:
        for table in (FailuresInARow, IdentifierFailure, AddressFailure):
            await session.execute(update(table).values(failed_at=table.failed_at - by))
        earlier = {"checked_at": SlowedIdentifier.checked_at - by}
        await session.execute(update(SlowedIdentifier).values(earlier))


async def keep_failures_recent(database: Database) -> None:
    """Moves failures into the future, so that the delay outlasts a slow test."""
    await age_failures(database, -timedelta(minutes=1))


async def stored_events(database: Database) -> list[tuple[str, dict[str, Any]]]:
    """Returns type and data of all events in the outbox, oldest first."""
    async with database.transaction() as session:
        query = select(UserMessage).order_by(UserMessage.id)
        rows = (await session.scalars(query)).all()
    return [(row.routing_key, json.loads(row.body)["data"]) for row in rows]


async def service_headers(client: httpx.AsyncClient) -> dict[str, str]:
    granted = await client.post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=ORDER_SERVICE,
    )
    return bearer(granted.json()["access_token"])


def log_out(session: AsyncSession, outbox: Outbox) -> LogOut:
    return LogOut(Sessions(session), EndSession(outbox.within(session)))


def deactivate_user(session: AsyncSession, outbox: Outbox) -> DeactivateUser:
    end_session = EndSession(outbox.within(session))
    end_all_sessions = EndAllSessions(Sessions(session), end_session)
    return DeactivateUser(LockAccount(Users(session), end_all_sessions))
