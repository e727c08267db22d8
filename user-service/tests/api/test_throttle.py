"""Wrong passwords delay further password checks."""

import asyncio
from datetime import timedelta

import bcrypt
import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from app.config.settings import UserSettings
from app.main import create_app
from app.models.failures import AddressFailure, FailuresInARow
from chassis import Database
from chassis.testing import started
from tests.factories import (
    PASSWORD,
    age_failures,
    keep_failures_recent,
    log_in,
    register,
)


async def fail(client: httpx.AsyncClient, username: str, times: int = 1) -> list[int]:
    return [(await log_in(client, username, "wrong")).status_code for _ in range(times)]


async def fail_from(client: httpx.AsyncClient, forwarded_for: str) -> int:
    response = await client.post(
        "/login",
        data={"username": "unknown", "password": "wrong"},
        headers={"X-Forwarded-For": forwarded_for},
    )
    return response.status_code


async def store_address_failures(
    database: Database, number: int, address: str = "127.0.0.1"
) -> None:
    async with database.transaction() as session:
        session.add_all(AddressFailure(address=address) for _ in range(number))


@pytest.mark.parametrize("username", ["ada", "unknown"])
async def test_tenth_failure_delays_next_check(
    client: httpx.AsyncClient, database: Database, username: str
) -> None:
    await register(client, username="ada")
    assert await fail(client, username, 10) == [401] * 10
    await keep_failures_recent(database)

    response = await log_in(client, username, PASSWORD)

    assert response.status_code == 429
    assert response.headers["Content-Type"] == "application/problem+json"
    seconds = int(response.headers["Retry-After"])
    assert seconds > 0
    assert response.json()["code"] == "too_many_failures"
    assert response.json()["detail"] == (
        f"there were too many wrong passwords: for {seconds} s no password is checked,"
        " not even the right one"
    )


async def test_throttled_login_checks_no_password(
    client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fail(client, "ada", 10)
    await keep_failures_recent(database)
    checks: list[bytes] = []
    monkeypatch.setattr(bcrypt, "checkpw", lambda password, _: checks.append(password))

    assert await fail(client, "ada") == [429]
    assert checks == []


async def test_right_password_is_accepted_after_delay(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")
    await fail(client, "ada", 10)

    await age_failures(database, timedelta(seconds=1))

    assert (await log_in(client, "ada")).status_code == 200


async def test_delay_grows_with_each_failure(
    client: httpx.AsyncClient, database: Database
) -> None:
    await fail(client, "ada", 10)
    for _ in range(5):  # 2, 4, 8, 16, 32 seconds
        await age_failures(database, timedelta(minutes=1))
        assert await fail(client, "ada") == [401]

    response = await log_in(client, "ada")

    assert response.status_code == 429
    assert 16 < int(response.headers["Retry-After"]) <= 32


async def test_throttled_attempts_do_not_extend_delay(
    client: httpx.AsyncClient, database: Database
) -> None:
    await fail(client, "ada", 10)
    await keep_failures_recent(database)
    assert await fail(client, "ada", 5) == [429] * 5

    async with database.transaction() as session:
        counted = (await session.scalars(select(FailuresInARow))).one()

    assert counted.failures == 10


async def test_right_password_resets_failures(
    client: httpx.AsyncClient,
) -> None:
    await register(client, username="ada")
    for _ in range(2):
        assert await fail(client, "ADA", 9) == [401] * 9
        assert (await log_in(client, "ada")).status_code == 200


async def test_right_passwords_are_never_counted(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")
    await store_address_failures(database, 99)

    answers = await asyncio.gather(*(log_in(client, "ada") for _ in range(12)))

    assert {response.status_code for response in answers} == {200}


async def test_failures_of_one_account_spare_others(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")
    await fail(client, "grace", 10)
    await keep_failures_recent(database)

    assert (await log_in(client, "ada")).status_code == 200


async def test_address_is_throttled_after_hundred_failures(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")
    await store_address_failures(database, 99)
    assert await fail(client, "unknown") == [401]

    response = await log_in(client, "ada")

    assert response.status_code == 429
    assert 30 < int(response.headers["Retry-After"]) <= 60
    await age_failures(database, timedelta(minutes=1))
    assert (await log_in(client, "ada")).status_code == 200


async def test_replicas_share_failure_counts(
    client: httpx.AsyncClient, database: Database, settings: UserSettings
) -> None:
    await fail(client, "ada", 10)
    await keep_failures_recent(database)

    async with started(create_app(settings)) as replica:
        assert await fail(replica, "ada") == [429]


async def test_throttle_uses_client_address_behind_trusted_proxy(
    database: Database, settings: UserSettings
) -> None:
    await store_address_failures(database, 100, "198.51.100.7")
    proxied = UserSettings.model_validate(
        {**settings.model_dump(), "trusted_proxies": "127.0.0.1"}
    )

    async with started(create_app(proxied)) as replica:
        assert await fail_from(replica, "203.0.113.9, 198.51.100.7") == 429
        assert await fail_from(replica, "203.0.113.9, 198.51.100.8") == 401


async def test_untrusted_forwarded_address_is_ignored(
    client: httpx.AsyncClient, database: Database
) -> None:
    await store_address_failures(database, 100)

    assert await fail_from(client, "198.51.100.8") == 429


async def test_login_is_unavailable_without_database(
    settings: UserSettings,
) -> None:
    unreachable = settings.model_copy(
        update={"database_url": SecretStr("postgresql://unknown@127.0.0.1:9/none")}
    )
    async with started(create_app(unreachable)) as client:
        assert (await log_in(client, "ada")).status_code == 503
