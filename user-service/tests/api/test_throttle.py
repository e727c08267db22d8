"""Guessing passwords takes ever longer."""

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
from tests.factories import PASSWORD, age_failures, hold_failures, log_in, register


async def fail(client: httpx.AsyncClient, username: str, times: int = 1) -> list[int]:
    return [(await log_in(client, username, "wrong")).status_code for _ in range(times)]


async def fail_from(client: httpx.AsyncClient, forwarded_for: str) -> int:
    answer = await client.post(
        "/login",
        data={"username": "nobody", "password": "wrong"},
        headers={"X-Forwarded-For": forwarded_for},
    )
    return answer.status_code


async def store_address_failures(
    database: Database, number: int, address: str = "127.0.0.1"
) -> None:
    async with database.transaction() as session:
        session.add_all(AddressFailure(address=address) for _ in range(number))


@pytest.mark.parametrize("username", ["ada", "nobody"])
async def test_after_ten_failures_the_account_waits(
    client: httpx.AsyncClient, database: Database, username: str
) -> None:
    await register(client, username="ada")
    assert await fail(client, username, 10) == [401] * 10
    await hold_failures(database)

    answer = await log_in(client, username, PASSWORD)

    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    seconds = int(answer.headers["Retry-After"])
    assert seconds > 0
    assert answer.json()["code"] == "too_many_failures"
    assert answer.json()["detail"] == (
        f"too many passwords were wrong: for {seconds} s every password is refused"
        " unchecked, the right one too"
    )


async def test_while_it_waits_no_password_is_checked(
    client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fail(client, "ada", 10)
    await hold_failures(database)
    checks: list[bytes] = []
    monkeypatch.setattr(bcrypt, "checkpw", lambda password, _: checks.append(password))

    assert await fail(client, "ada") == [429]
    assert checks == []


async def test_the_right_password_counts_once_the_delay_is_over(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")
    await fail(client, "ada", 10)

    await age_failures(database, timedelta(seconds=1))

    assert (await log_in(client, "ada")).status_code == 200


async def test_the_delay_follows_from_the_number_of_failures(
    client: httpx.AsyncClient, database: Database
) -> None:
    await fail(client, "ada", 10)
    for _ in range(5):  # 2, 4, 8, 16, 32 seconds
        await age_failures(database, timedelta(minutes=1))
        assert await fail(client, "ada") == [401]

    answer = await log_in(client, "ada")

    assert answer.status_code == 429
    assert 16 < int(answer.headers["Retry-After"]) <= 32


async def test_what_is_refused_unchecked_does_not_prolong_the_delay(
    client: httpx.AsyncClient, database: Database
) -> None:
    await fail(client, "ada", 10)
    await hold_failures(database)
    assert await fail(client, "ada", 5) == [429] * 5

    async with database.transaction() as session:
        counted = (await session.scalars(select(FailuresInARow))).one()

    assert counted.failures == 10


async def test_the_right_password_makes_up_for_the_wrong_ones(
    client: httpx.AsyncClient,
) -> None:
    await register(client, username="ada")
    for _ in range(2):
        assert await fail(client, "ADA", 9) == [401] * 9
        assert (await log_in(client, "ada")).status_code == 200


async def test_right_passwords_never_count(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")
    await store_address_failures(database, 99)

    answers = await asyncio.gather(*(log_in(client, "ada") for _ in range(12)))

    assert {answer.status_code for answer in answers} == {200}


async def test_one_account_does_not_make_another_wait(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")
    await fail(client, "grace", 10)
    await hold_failures(database)

    assert (await log_in(client, "ada")).status_code == 200


async def test_after_a_hundred_failures_the_address_waits_for_a_minute(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")
    await store_address_failures(database, 99)
    assert await fail(client, "nobody") == [401]

    answer = await log_in(client, "ada")

    assert answer.status_code == 429
    assert 30 < int(answer.headers["Retry-After"]) <= 60
    await age_failures(database, timedelta(minutes=1))
    assert (await log_in(client, "ada")).status_code == 200


async def test_replicas_share_what_they_know(
    client: httpx.AsyncClient, database: Database, settings: UserSettings
) -> None:
    await fail(client, "ada", 10)
    await hold_failures(database)

    async with started(create_app(settings)) as replica:
        assert await fail(replica, "ada") == [429]


async def test_behind_a_trusted_proxy_it_is_the_client_who_waits(
    database: Database, settings: UserSettings
) -> None:
    await store_address_failures(database, 100, "198.51.100.7")
    proxied = UserSettings.model_validate(
        {**settings.model_dump(), "trusted_proxies": "127.0.0.1"}
    )

    async with started(create_app(proxied)) as replica:
        assert await fail_from(replica, "203.0.113.9, 198.51.100.7") == 429
        assert await fail_from(replica, "203.0.113.9, 198.51.100.8") == 401


async def test_a_stranger_cannot_speak_for_another_address(
    client: httpx.AsyncClient, database: Database
) -> None:
    await store_address_failures(database, 100)

    assert await fail_from(client, "198.51.100.8") == 429


async def test_without_the_database_nobody_is_let_through(
    settings: UserSettings,
) -> None:
    unreachable = settings.model_copy(
        update={"database_url": SecretStr("postgresql://nobody@127.0.0.1:9/none")}
    )
    async with started(create_app(unreachable)) as client:
        assert (await log_in(client, "ada")).status_code == 503
