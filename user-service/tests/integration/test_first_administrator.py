"""The administrator who is there before anyone could make one."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import select

from app.models.user import User
from app.services.first_administrator import ensure_first_administrator
from app.services.passwords import Passwords
from app.services.register import Register
from chassis import Database, Outbox

PASSWORD = SecretStr("rule them all")


@pytest.fixture
def register(database: Database, outbox: Outbox) -> Iterator[Register]:
    with closing(Passwords(4, 2)) as passwords:
        yield Register(database, passwords, outbox)


async def all_users(database: Database) -> list[tuple[str, str]]:
    async with database.transaction() as session:
        users = (await session.scalars(select(User))).all()
    return [(user.username, user.role) for user in users]


async def test_replicas_that_start_at_once_make_one(
    database: Database, register: Register
) -> None:
    await asyncio.gather(
        *(
            ensure_first_administrator(database, register, "root", PASSWORD)
            for _ in "123"
        )
    )

    assert await all_users(database) == [("root", "admin")]


async def test_one_connection_is_enough(
    database: Database, database_url: str, outbox: Outbox
) -> None:
    with closing(Passwords(4, 2)) as passwords:
        async with Database(database_url, pool_size=1) as small:
            register = Register(small, passwords, outbox)
            await ensure_first_administrator(small, register, "root", PASSWORD)

    assert await all_users(database) == [("root", "admin")]


async def test_replicas_with_other_names_make_one(
    database: Database, register: Register
) -> None:
    names = ("root", "boss", "admin")
    await asyncio.gather(
        *(
            ensure_first_administrator(database, register, name, PASSWORD)
            for name in names
        )
    )

    [(name, role)] = await all_users(database)
    assert (name in names, role) == (True, "admin")


async def test_a_user_of_that_name_is_left_alone(
    database: Database, register: Register
) -> None:
    async with database.transaction() as session:
        session.add(User.register("Root", "x"))

    await ensure_first_administrator(database, register, "root", PASSWORD)

    assert await all_users(database) == [("Root", "customer")]


@pytest.mark.parametrize("end", ["deactivate", "erase", "rename"])
async def test_first_administrator_is_made_once_for_all(
    database: Database, register: Register, end: str
) -> None:
    await ensure_first_administrator(database, register, "root", PASSWORD)
    async with database.transaction() as session:
        [root] = (await session.scalars(select(User))).all()
        match end:
            case "deactivate":
                root.deactivate()
            case "erase":
                root.erase(datetime.now(UTC))
            case _:
                root.username = root.username_key = "toor"
    before = await all_users(database)

    for name in ("root", "rescue"):
        await ensure_first_administrator(database, register, name, PASSWORD)

    assert await all_users(database) == before


async def test_a_weak_password_is_refused_without_being_shown(
    database: Database, register: Register
) -> None:
    with pytest.raises(ValidationError, match="password") as refusal:
        await ensure_first_administrator(
            database, register, "root", SecretStr("hunter2")
        )

    assert "hunter2" not in str(refusal.value)
