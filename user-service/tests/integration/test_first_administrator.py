"""The administrator who is there before anyone could make one."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from socket import socket

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from app.config.settings import UserSettings
from app.main import create_app
from app.models.user import User
from app.schemas.user import UserCreate
from app.services.first_administrator import ensure_first_administrator
from app.services.passwords import Passwords
from app.services.register import Register
from chassis import Database, Outbox


def account(name: str) -> UserCreate:
    return UserCreate(username=name, password=SecretStr("rule them all"))


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
            ensure_first_administrator(database, register, account("root"))
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
            await ensure_first_administrator(small, register, account("root"))

    assert await all_users(database) == [("root", "admin")]


async def test_replicas_with_other_names_make_one(
    database: Database, register: Register
) -> None:
    names = ("root", "boss", "admin")
    await asyncio.gather(
        *(
            ensure_first_administrator(database, register, account(name))
            for name in names
        )
    )

    [(name, role)] = await all_users(database)
    assert (name in names, role) == (True, "admin")


async def served_as(settings: UserSettings, name: str) -> tuple[int | None, str]:
    """Starts the service with this first administrator; it must end by itself."""
    server = ("-m", "chassis.server", "app.main:create_app", "--host=localhost")
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *server, f"--port={port}"),
        env={
            **os.environ,
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "RABBITMQ_URL": settings.broker_url,
            "SIGNING_KEYS_DIR": str(settings.signing_keys_dir),
            "ADMIN_USERNAME": name,
            "ADMIN_PASSWORD": "rule them all",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def test_name_of_a_customer_ends_the_start(
    database: Database, settings: UserSettings
) -> None:
    async with database.transaction() as session:
        session.add(User.register("Root", "x"))

    status, output = await served_as(settings, "root")

    assert status not in (0, None)
    [reason] = [
        line["reason"]
        for line in map(json.loads, output.splitlines())
        if line["event"] == "first_administrator_not_created"
    ]
    assert reason == (
        "error: ADMIN_USERNAME: a customer has the name root, and there has never been"
        " an administrator; set another one, such as root-1"
    )
    assert await all_users(database) == [("Root", "customer")]


@pytest.mark.parametrize("end", ["deactivate", "erase", "rename"])
async def test_first_administrator_is_made_once_for_all(
    database: Database, register: Register, end: str
) -> None:
    await ensure_first_administrator(database, register, account("root"))
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
        await ensure_first_administrator(database, register, account(name))

    assert await all_users(database) == before


@pytest.mark.parametrize(
    ("username", "password", "names"),
    [
        ("root", "hunter2", ["ADMIN_PASSWORD"]),
        ("root", "password1", ["ADMIN_PASSWORD"]),
        ("hunter2-root", "Hunter2-Root", ["ADMIN_PASSWORD"]),
        ("root", "hunter2" * 11, ["ADMIN_PASSWORD"]),
        ("ro", "rule them all", ["ADMIN_USERNAME"]),
        ("root@example.com", "rule them all", ["ADMIN_USERNAME"]),
        ("...", "hunter2", ["ADMIN_USERNAME", "ADMIN_PASSWORD"]),
    ],
)
def test_account_that_nobody_may_have_ends_the_start(
    settings: UserSettings, username: str, password: str, names: list[str]
) -> None:
    wrong = {"admin_username": username, "admin_password": SecretStr(password)}
    with pytest.raises(SystemExit) as ended:
        create_app(settings.model_copy(update=wrong))

    lines = str(ended.value).splitlines()
    assert [line.split(": ")[1] for line in lines] == names
    assert password not in str(ended.value)
