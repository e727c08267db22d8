"""Names, addresses and passwords in different Unicode forms."""

import unicodedata

import bcrypt
import httpx
import pytest
from sqlalchemy import update

from app.models.user import User
from chassis import Database
from tests.factories import PASSWORD, log_in, register

COMPOSED = "Zürich-café"
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


@pytest.mark.parametrize(
    ("chosen", "typed"),
    [
        (COMPOSED, DECOMPOSED),
        (DECOMPOSED, COMPOSED),
        ("\uff30\uff41ssword-é1", "Password-é1"),
        (" blank ends ", " blank ends "),
    ],
)
async def test_password_is_accepted_in_any_unicode_form(
    client: httpx.AsyncClient, chosen: str, typed: str
) -> None:
    await register(client, username="ada", password=chosen)
    assert (await log_in(client, "ada", typed)).status_code == 200
    assert (await log_in(client, "ada", f"{typed} ")).status_code == 401


async def test_older_hash_accepts_password_as_typed(
    client: httpx.AsyncClient, database: Database
) -> None:
    await register(client, username="ada")
    older = bcrypt.hashpw(DECOMPOSED.encode(), bcrypt.gensalt(4)).decode()
    async with database.transaction() as session:
        await session.execute(update(User).values(password_hash=older))
    assert (await log_in(client, "ada", DECOMPOSED)).status_code == 200


@pytest.mark.parametrize(
    "password", ["ada-lovelace", "ADA-Lovelace", "\uff41da-lovelace", "ada@example.com"]
)
async def test_password_equal_to_username_is_rejected(
    client: httpx.AsyncClient, password: str
) -> None:
    names = {"username": "ada-lovelace", "email": "ada@example.com"}
    response = await register(client, **names, password=password)
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["password"]
    await register(client, **names)
    token = (await log_in(client, "ada-lovelace")).json()["access_token"]
    change = {"current_password": PASSWORD, "new_password": password}
    headers = {"Authorization": f"Bearer {token}"}
    response = await client.put("/me/password", json=change, headers=headers)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "new_password"


@pytest.mark.parametrize("password", [" " * 8, "\u3000" * 8, "\u00a0" * 12])
async def test_blank_password_is_rejected(
    client: httpx.AsyncClient, password: str
) -> None:
    assert (await register(client, password=password)).status_code == 422


@pytest.mark.parametrize(
    "spelling",
    [
        "jürgen@bücher.example",
        "ju\u0308rgen@bu\u0308cher.example",
        "jürgen@xn--bcher-kva.example",
        " JÜRGEN@BÜCHER.example ",
    ],
)
async def test_spellings_of_one_email_are_equal(
    client: httpx.AsyncClient, spelling: str
) -> None:
    user = (
        await register(client, username="ada", email="jürgen@bücher.example")
    ).json()
    assert user["email"] == "jürgen@bücher.example"
    twin = await register(client, username="grace", email=spelling)
    assert (twin.status_code, twin.json()["code"]) == (400, "email_taken")
    assert (await log_in(client, spelling)).status_code == 200


@pytest.mark.parametrize(
    ("email", "status"),
    [
        ("Ada <ada@example.com>", 422),
        ("ada@example.com, b@example.com", 422),
        ("ada\n@example.com", 422),
        ("ada@shop.test", 201),
        ("ada@mail.localhost", 201),
        ("ada@printer.local", 201),
        ("ada@shop.invalid", 422),
        ("", 201),
    ],
)
async def test_email_is_accepted_or_rejected(
    client: httpx.AsyncClient, email: str, status: int
) -> None:
    response = await register(client, email=email)
    assert response.status_code == status
    if status == 201:
        assert response.json()["email"] == (email or None)


@pytest.mark.parametrize(
    "full_name", ["Ada\n\nPay at …", "\u200b", "\u3164", "a\u202eb", "a\u0085b"]
)
async def test_invalid_full_name_is_rejected(
    client: httpx.AsyncClient, full_name: str
) -> None:
    assert (await register(client, full_name=full_name)).status_code == 422


@pytest.mark.parametrize("username", ["...", "-_-", "____"])
async def test_username_without_letters_is_rejected(
    client: httpx.AsyncClient, username: str
) -> None:
    assert (await register(client, username=username)).status_code == 422


async def test_login_ignores_trailing_blank(client: httpx.AsyncClient) -> None:
    await register(client, username="ada")
    assert (await log_in(client, "ada ")).status_code == 200


async def test_empty_text_clears_optional_fields(client: httpx.AsyncClient) -> None:
    await register(client, username="ada", full_name="Ada", email="ada@example.com")
    token = (await log_in(client, "ada")).json()["access_token"]
    response = await client.patch(
        "/me",
        json={"full_name": "", "email": " "},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (response.json()["full_name"], response.json()["email"]) == (None, None)
