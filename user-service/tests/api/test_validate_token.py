"""What other services learn about a token."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from jose import jwt
from pydantic import SecretStr
from sqlalchemy import update

from app.config.settings import UserSettings
from app.main import create_app
from app.models.user import User
from app.services.tokens import Tokens
from chassis import Database
from chassis.testing import started
from tests.factories import bearer, service_headers, sign_up

NOTHING: dict[str, object] = {
    "valid": False,
    "user_id": None,
    "username": None,
    "email": None,
    "full_name": None,
    "roles": [],
    "sid": None,
    "expires_at": None,
}


async def validate(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post("/validate-token", json={"token": token})


async def test_a_good_token_tells_who_asks(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client, username="ada", email="ada@example.com")
    token = ada.tokens["access_token"]
    claims = jwt.get_unverified_claims(token)

    answer = await validate(client, token)

    assert answer.status_code == 200
    assert answer.json() == {
        "valid": True,
        "user_id": ada.user["id"],
        "username": "ada",
        "email": "ada@example.com",
        "full_name": None,
        "roles": ["customer"],
        "sid": claims["sid"],
        "expires_at": f"{datetime.fromtimestamp(claims['exp'], UTC):%FT%TZ}",
        "message": None,
    }


async def test_what_it_tells_is_as_of_now(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    async with database.transaction() as session:
        await session.execute(update(User).values(role="admin", full_name="Ada L."))

    told = (await validate(client, ada.tokens["access_token"])).json()

    assert (told["full_name"], told["roles"]) == ("Ada L.", ["admin"])


async def test_a_service_has_no_user_id(client: httpx.AsyncClient) -> None:
    token = (await service_headers(client))["Authorization"].removeprefix("Bearer ")

    told = (await validate(client, token)).json()

    assert told["valid"]
    assert (told["user_id"], told["username"]) == (None, "order-service")
    assert told["roles"] == ["service"]


@pytest.mark.parametrize("token", ["", "garbage", "a.b.c", "é"])
async def test_garbage_is_not_valid_and_says_why(
    client: httpx.AsyncClient, token: str
) -> None:
    answer = await validate(client, token)

    assert answer.status_code == 200
    told = answer.json()
    assert told.pop("message") == "the access token is not valid"
    assert told == NOTHING


async def test_the_token_of_an_ended_session_is_not_valid(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    await client.post("/logout", headers=ada.headers)

    told = (await validate(client, ada.tokens["access_token"])).json()

    assert told.pop("message") == "the session of the access token has ended"
    assert told == NOTHING


async def test_the_token_of_an_inactive_user_is_not_valid(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    async with database.transaction() as session:
        await session.execute(update(User).values(is_active=False))

    assert not (await validate(client, ada.tokens["access_token"])).json()["valid"]


async def test_the_token_of_an_unknown_session_is_not_valid(
    client: httpx.AsyncClient, tokens: Tokens
) -> None:
    sid = uuid4()
    token = tokens.issue("1", "root", ["admin"], timedelta(minutes=1), sid=sid)

    assert not (await validate(client, token)).json()["valid"]


async def test_without_the_database_nobody_can_say(
    settings: UserSettings, tokens: Tokens
) -> None:
    unreachable = settings.model_copy(
        update={"database_url": SecretStr("postgresql://nobody@127.0.0.1:9/none")}
    )
    sid = uuid4()
    token = tokens.issue("1", "ada", ["customer"], timedelta(minutes=1), sid=sid)

    async with started(create_app(unreachable)) as client:
        validated = await validate(client, token)
        asked = await client.get("/me", headers=bearer(token))

    assert validated.status_code == 503
    assert validated.headers["Retry-After"]
    assert asked.status_code == 503
