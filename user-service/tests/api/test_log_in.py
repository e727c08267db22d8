"""Log-in with username or e-mail address and password."""

import bcrypt
import httpx
import pytest
from sqlalchemy import update

from app.models.user import User
from chassis import Database
from tests.factories import PASSWORD, bearer, log_in, register, sign_up


async def test_right_password_opens_session(client: httpx.AsyncClient) -> None:
    await register(client, username="ada")

    response = await log_in(client, "ada")

    assert response.status_code == 200
    pair = response.json()
    assert set(pair) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (pair["token_type"], pair["expires_in"]) == ("bearer", 900)
    assert response.headers["Cache-Control"] == "no-store"


async def test_login_ignores_case_of_username(
    client: httpx.AsyncClient,
) -> None:
    await register(client, username="Ada")

    assert (await log_in(client, "aDA")).status_code == 200


@pytest.mark.parametrize("typed", ["ada@example.com", "ADA@Example.com"])
async def test_login_accepts_email_address(
    client: httpx.AsyncClient, typed: str
) -> None:
    await register(client, username="ada", email="ada@example.com")
    await register(client, username="grace", email="grace@example.com")

    response = await log_in(client, typed)

    assert response.status_code == 200
    own = bearer(response.json()["access_token"])
    assert (await client.get("/me", headers=own)).json()["username"] == "ada"


async def test_login_rejects_unknown_email_address(client: httpx.AsyncClient) -> None:
    await register(client, username="ada")

    assert (await log_in(client, "ada@example.com")).status_code == 401


async def deactivate(database: Database, username: str) -> None:
    async with database.transaction() as session:
        await session.execute(
            update(User).where(User.username == username).values(is_active=False)
        )


@pytest.mark.parametrize(
    ("username", "password"),
    [
        pytest.param("unknown", PASSWORD, id="unknown user"),
        pytest.param("ada", "wrong", id="wrong password"),
        pytest.param("ada", "n" * 1000, id="longer than bcrypt's limit"),
        pytest.param("gone", PASSWORD, id="inactive user"),
        pytest.param("gone", "wrong", id="inactive user, wrong password"),
    ],
)
async def test_failed_logins_cost_one_check_each(
    client: httpx.AsyncClient,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    username: str,
    password: str,
) -> None:
    await register(client, username="ada")
    await register(client, username="gone")
    await deactivate(database, "gone")
    costs: list[bytes] = []
    checkpw = bcrypt.checkpw

    def counting_checkpw(password: bytes, hashed: bytes) -> bool:
        costs.append(hashed[:7])
        return checkpw(password, hashed)

    monkeypatch.setattr(bcrypt, "checkpw", counting_checkpw)

    response = await log_in(client, username, password)

    assert response.status_code == 401
    assert response.json()["code"] == "wrong_credentials"
    assert response.json()["detail"] == "the username or the password is wrong"
    assert costs == [b"$2b$04$"]


async def test_login_ignores_additional_form_fields(client: httpx.AsyncClient) -> None:
    await register(client, username="ada")

    response = await client.post(
        "/login",
        data={
            "grant_type": "password",
            "username": "ada",
            "password": PASSWORD,
            "scope": "",
            "client_id": "docs",
        },
    )

    assert response.status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"username": "ada"},
        {"username": "ada", "password": PASSWORD, "grant_type": "magic"},
        {"username": "a\x00a", "password": PASSWORD},
    ],
    ids=str,
)
async def test_incomplete_login_form_is_invalid(
    client: httpx.AsyncClient, form: dict[str, str]
) -> None:
    assert (await client.post("/login", data=form)).status_code == 422


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
async def test_login_explains_that_it_expects_form(
    client: httpx.AsyncClient, content_type: str
) -> None:
    response = await client.post(
        "/login",
        content=f'{{"username": "ada", "password": "{PASSWORD}"}}',
        headers={"Content-Type": content_type},
    )

    assert response.status_code == 422
    assert response.json()["detail"] == (
        "send a form, username=...&password=..., with the header"
        " Content-Type: application/x-www-form-urlencoded"
    )


async def test_each_login_opens_new_session(
    client: httpx.AsyncClient,
) -> None:
    first = await sign_up(client)
    second = (await log_in(client, first.user["username"])).json()

    await client.post("/logout", headers=first.headers)

    headers = {"Authorization": f"Bearer {second['access_token']}"}
    assert (await client.get("/me", headers=headers)).status_code == 200
