"""Creation of the first administrator at start-up."""

import asyncio
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
from app.security.passwords import Passwords
from app.services.create_first_administrator import CreateFirstAdministrator
from chassis import Database, Outbox


def account(name: str) -> UserCreate:
    return UserCreate(username=name, password=SecretStr("rule them all"))


@pytest.fixture
def first_administrator(
    database: Database, outbox: Outbox
) -> Iterator[CreateFirstAdministrator]:
    with closing(Passwords(4, 2)) as passwords:
        yield CreateFirstAdministrator(database, passwords, outbox)


async def all_users(database: Database) -> list[tuple[str, str]]:
    async with database.transaction() as session:
        users = (await session.scalars(select(User))).all()
    return [(user.username, user.role) for user in users]


async def test_concurrent_replicas_create_one_first_administrator(
    database: Database, first_administrator: CreateFirstAdministrator
) -> None:
    await asyncio.gather(*(first_administrator.create(account("root")) for _ in "123"))

    assert await all_users(database) == [("root", "admin")]


async def test_first_administrator_needs_one_connection(
    database: Database, database_url: str, outbox: Outbox
) -> None:
    with closing(Passwords(4, 2)) as passwords:
        async with Database(database_url, pool_size=1) as small:
            first = CreateFirstAdministrator(small, passwords, outbox)
            await first.create(account("root"))

    assert await all_users(database) == [("root", "admin")]


async def test_replicas_with_different_names_create_one(
    database: Database, first_administrator: CreateFirstAdministrator
) -> None:
    names = ("root", "boss", "admin")
    await asyncio.gather(*(first_administrator.create(account(name)) for name in names))

    [(name, role)] = await all_users(database)
    assert (name in names, role) == (True, "admin")


async def failed_start(settings: UserSettings, name: str) -> tuple[int | None, str]:
    """Starts the service with this administrator, and waits until it has failed.

    Returns its exit status and output.
    """
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


async def test_startup_fails_if_customer_has_name(
    database: Database, settings: UserSettings
) -> None:
    async with database.transaction() as session:
        session.add(User.register("Root", "x"))

    status, output = await failed_start(settings, "root")

    assert status not in (0, None)
    assert "Traceback" not in output
    assert (
        "error: ADMIN_USERNAME: a customer already has the name root, so the first"
        " administrator cannot be created; set another name, such as root-1"
    ) in output.splitlines()
    assert await all_users(database) == [("Root", "customer")]


@pytest.mark.parametrize("end", ["deactivate", "erase", "rename"])
async def test_first_administrator_is_never_created_again(
    database: Database, first_administrator: CreateFirstAdministrator, end: str
) -> None:
    await first_administrator.create(account("root"))
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
        await first_administrator.create(account(name))

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
def test_startup_fails_on_invalid_administrator(
    settings: UserSettings, username: str, password: str, names: list[str]
) -> None:
    wrong = {"admin_username": username, "admin_password": SecretStr(password)}
    with pytest.raises(SystemExit) as failure:
        create_app(settings.model_copy(update=wrong))

    lines = str(failure.value).splitlines()
    assert [line.split(": ")[1] for line in lines] == names
    assert password not in str(failure.value)
