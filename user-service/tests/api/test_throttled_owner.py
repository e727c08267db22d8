"""Failed attempts from other addresses do not lock the owner of an account out."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import func, select, update

from app.config.settings import UserSettings
from app.main import create_app
from app.models.attempt import Attempt
from app.models.failures import AddressFailure, IdentifierFailure, SlowedIdentifier
from app.models.known_address import KnownAddress
from chassis import Database
from chassis.testing import started
from tests.factories import (
    PASSWORD,
    age_failures,
    bearer,
    keep_failures_recent,
    register,
)

HOME = "198.51.100.7"
CAFE = "198.51.100.8"
ATTACKER = "203.0.113.9"


class Clients:
    """Clients at several addresses, behind a trusted proxy."""

    def __init__(self, proxy: httpx.AsyncClient) -> None:
        self.proxy = proxy

    async def log_in(
        self, address: str, identifier: str = "ada", password: str = PASSWORD
    ) -> httpx.Response:
        return await self.proxy.post(
            "/login",
            data={"username": identifier, "password": password},
            headers={"X-Forwarded-For": address},
        )

    async def fail(
        self, address: str, times: int = 1, identifier: str = "ada"
    ) -> list[int]:
        return [
            (await self.log_in(address, identifier, "wrong")).status_code
            for _ in range(times)
        ]

    async def change_password(
        self, address: str, tokens: dict[str, Any], current: str
    ) -> httpx.Response:
        return await self.proxy.put(
            "/me/password",
            json={"current_password": current, "new_password": "battery staple"},
            headers={
                "X-Forwarded-For": address,
                **bearer(tokens["access_token"]),
            },
        )


@pytest_asyncio.fixture
async def clients(database: Database, settings: UserSettings) -> AsyncIterator[Clients]:
    proxied = UserSettings.model_validate(
        {**settings.model_dump(), "trusted_proxies": "127.0.0.1"}
    )
    async with started(create_app(proxied)) as proxy:
        await register(proxy, username="ada", email="ada@example.com")
        yield Clients(proxy)


async def slow_down(database: Database, *identifiers: str) -> None:
    """Stores 100 failures of each identifier, enough to slow it."""
    async with database.transaction() as session:
        for identifier in identifiers:
            key = Attempt.to_log_in(identifier, "", None).identifier_key
            session.add_all(IdentifierFailure(identifier=key) for _ in range(100))


async def test_attacker_throttles_own_address_only(
    clients: Clients, database: Database
) -> None:
    assert await clients.fail(ATTACKER, 10) == [401] * 10
    await keep_failures_recent(database)

    assert await clients.fail(ATTACKER) == [429]
    assert (await clients.log_in(HOME)).status_code == 200


async def test_login_resets_failures_of_own_address_only(
    clients: Clients, database: Database
) -> None:
    await clients.fail(ATTACKER, 9)
    await clients.fail(HOME, 9)
    assert (await clients.log_in(HOME)).status_code == 200

    assert await clients.fail(HOME, 9) == [401] * 9
    assert await clients.fail(ATTACKER) == [401]
    await keep_failures_recent(database)
    assert await clients.fail(ATTACKER) == [429]


async def test_login_resets_failures_of_all_identifiers(
    clients: Clients, database: Database
) -> None:
    await clients.fail(HOME, 9, "ada@example.com")
    assert (await clients.log_in(HOME, "ada")).status_code == 200

    assert await clients.fail(HOME, 9, "ADA@example.com") == [401] * 9


@pytest.mark.parametrize("identifier", ["ada", "unknown", "ada@example.com"])
async def test_slowed_identifier_gets_one_check_per_second(
    clients: Clients, database: Database, identifier: str
) -> None:
    await slow_down(database, identifier)
    assert await clients.fail(ATTACKER, 1, identifier) == [401]
    await keep_failures_recent(database)

    response = await clients.log_in(CAFE, identifier)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "1")

    await age_failures(database, timedelta(minutes=1, seconds=2))
    assert await clients.fail(CAFE, 1, identifier) == [401]


async def test_owner_at_known_address_is_not_slowed(
    clients: Clients, database: Database
) -> None:
    assert (await clients.log_in(HOME)).status_code == 200
    await slow_down(database, "ada", "ada@example.com")
    for identifier in ("ada", "ada@example.com"):
        assert await clients.fail(ATTACKER, 1, identifier) == [401]
        await keep_failures_recent(database)
        assert await clients.fail(ATTACKER, 1, identifier) == [429]

        assert (await clients.log_in(HOME, identifier)).status_code == 200


async def test_identifier_is_no_longer_slowed_after_an_hour(
    clients: Clients, database: Database
) -> None:
    await slow_down(database, "ada")
    await clients.fail(ATTACKER)
    await age_failures(database, timedelta(hours=1))
    async with database.transaction() as session:
        just_now = func.now() + timedelta(minutes=1)
        await session.execute(update(SlowedIdentifier).values(checked_at=just_now))

    assert (await clients.log_in(CAFE)).status_code == 200


async def test_ninety_nine_failures_do_not_slow_identifier(
    clients: Clients, database: Database
) -> None:
    key = Attempt.to_log_in("ada", "", None).identifier_key
    async with database.transaction() as session:
        session.add_all(IdentifierFailure(identifier=key) for _ in range(98))

    assert await clients.fail(ATTACKER) == [401]
    assert (await clients.log_in(CAFE)).status_code == 200


async def test_failed_logins_do_not_throttle_password_change(
    clients: Clients, database: Database
) -> None:
    tokens = (await clients.log_in(HOME)).json()
    await clients.fail(HOME, 10)
    async with database.transaction() as session:
        session.add_all(AddressFailure(address=HOME) for _ in range(90))
    await keep_failures_recent(database)
    assert await clients.fail(HOME, 1, "unknown") == [429]
    assert await clients.fail(HOME) == [429]

    changed = await clients.change_password(HOME, tokens, PASSWORD)

    assert changed.status_code == 204


async def test_failed_password_changes_do_not_throttle_login(
    clients: Clients, database: Database
) -> None:
    tokens = (await clients.log_in(HOME)).json()
    for _ in range(10):
        rejected = await clients.change_password(HOME, tokens, "wrong")
        assert rejected.status_code == 400
    await keep_failures_recent(database)
    assert (await clients.change_password(HOME, tokens, "wrong")).status_code == 429

    assert (await clients.log_in(HOME)).status_code == 200
    assert await clients.fail(HOME, 9) == [401] * 9


async def stored_addresses(database: Database) -> list[KnownAddress]:
    async with database.transaction() as session:
        query = select(KnownAddress).order_by(KnownAddress.used_at)
        return list((await session.scalars(query)).all())


async def test_only_twenty_latest_addresses_are_kept(
    clients: Clients, database: Database
) -> None:
    for number in range(20):
        await clients.log_in(f"198.51.100.{number}")
    first, second, *_ = await stored_addresses(database)

    await clients.log_in("198.51.100.0")
    await clients.log_in("198.51.100.20")

    known = [row.address_hash for row in await stored_addresses(database)]
    assert len(known) == 20
    assert first.address_hash in known
    assert second.address_hash not in known


async def test_known_addresses_are_erased_with_account(
    clients: Clients, database: Database
) -> None:
    tokens = (await clients.log_in(HOME)).json()
    assert len(await stored_addresses(database)) == 1

    await clients.proxy.delete("/me", headers=bearer(tokens["access_token"]))

    assert await stored_addresses(database) == []


async def test_failed_login_stores_no_known_address(
    clients: Clients, database: Database
) -> None:
    await clients.fail(ATTACKER)

    assert await stored_addresses(database) == []
