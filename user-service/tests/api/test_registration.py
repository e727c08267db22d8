"""Registration of accounts."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from app.repositories.users import Users
from chassis import Database
from chassis.testing import metric
from tests.factories import PASSWORD, log_in, register


async def test_registration_returns_user_without_password(
    client: httpx.AsyncClient,
) -> None:
    response = await register(
        client, username="Ada", email="ada@Example.com", full_name=" Ada Lovelace "
    )

    assert response.status_code == 201
    user = response.json()
    assert user.pop("created_at") == user.pop("updated_at")
    assert user.pop("id") > 0
    assert user == {
        "username": "Ada",
        "email": "ada@example.com",
        "full_name": "Ada Lovelace",
        "role": "customer",
        "is_active": True,
    }


async def test_timestamps_are_in_utc(client: httpx.AsyncClient) -> None:
    assert (await register(client)).json()["created_at"].endswith("Z")


async def test_password_is_stored_as_hash(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")

    async with database.transaction() as session:
        user = await Users(session).find_by_username("ada")

    assert user is not None
    assert user.password_hash is not None
    assert user.password_hash.startswith("$2b$")


async def test_registration_metric_counts_each_account_once(
    client: httpx.AsyncClient,
) -> None:
    before = metric("user_registrations_total", role="customer")
    await register(client, username="ada")
    await register(client, username="ada")
    assert metric("user_registrations_total", role="customer") == before + 1


async def test_taken_username_is_rejected(client: httpx.AsyncClient) -> None:
    await register(client, username="ada")

    response = await register(client, username="ADA")

    assert (response.status_code, response.json()["code"]) == (400, "username_taken")


async def test_taken_email_is_rejected(client: httpx.AsyncClient) -> None:
    await register(client, email="ada@example.com")

    response = await register(client, email="ADA@example.com")

    assert (response.status_code, response.json()["code"]) == (400, "email_taken")


async def test_concurrent_registrations_create_one_account(
    client: httpx.AsyncClient,
) -> None:
    answers = await asyncio.gather(*(register(client, username="ada") for _ in "1234"))

    assert sorted(a.status_code for a in answers) == [201, 400, 400, 400]


@pytest.mark.parametrize("username", ["a.b", "x" * 50, "A_1-2.3"])
async def test_valid_username_is_accepted(
    client: httpx.AsyncClient, username: str
) -> None:
    assert (await register(client, username=username)).status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "ab"),
        ("username", "x" * 51),
        ("username", "a b c"),
        ("username", "ådam"),
        ("username", "a\nda"),
        ("username", "\u0430da"),  # the first letter is Cyrillic
        ("username", "\uff41da"),
        ("username", "ada\u200b"),
        ("username", None),
        ("password", "short"),
        ("password", "password123"),
        ("password", "é" * 37),
        ("password", 12345678),
        ("email", "no address"),
        ("email", f"a@{'b' * 250}.com"),
        ("full_name", "\u200b \u3164"),
        ("full_name", "x" * 256),
        ("role", "admin"),
    ],
)
async def test_invalid_field_is_named_in_errors(
    client: httpx.AsyncClient, field: str, value: object
) -> None:
    response = await register(client, **{field: value})

    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_rejected_password_is_absent_from_response(
    client: httpx.AsyncClient,
) -> None:
    response = await register(client, password="hunter2")

    assert "hunter2" not in response.text


@pytest_asyncio.fixture
async def connection_lost_at_commit(
    client: httpx.AsyncClient, database: Database
) -> AsyncIterator[None]:
    async with database.transaction() as session:
        await session.execute(
            text(
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
            )
        )
        await session.execute(
            text(
                "CREATE CONSTRAINT TRIGGER dies_at_commit AFTER INSERT ON users"
                " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()"
            )
        )
    yield
    async with database.transaction() as session:
        await session.execute(text("DROP FUNCTION die CASCADE"))


@pytest.mark.usefixtures("connection_lost_at_commit")
async def test_failed_commit_returns_503(
    client: httpx.AsyncClient,
) -> None:
    response = await register(client, username="ada")

    assert (response.status_code, response.json()["code"]) == (
        503,
        "database_unavailable",
    )
    assert (await log_in(client, "ada", PASSWORD)).status_code == 401
