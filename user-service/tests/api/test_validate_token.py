"""Validation of access tokens for other services."""

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
from app.security.tokens import Tokens
from chassis import Database
from chassis.testing import started
from tests.factories import bearer, service_headers, sign_up

INVALID: dict[str, object] = {
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


async def test_valid_token_identifies_user(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client, username="ada", email="ada@example.com")
    token = ada.tokens["access_token"]
    claims = jwt.get_unverified_claims(token)

    response = await validate(client, token)

    assert response.status_code == 200
    assert response.json() == {
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


async def test_validation_returns_current_user_data(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    async with database.transaction() as session:
        await session.execute(update(User).values(role="admin", full_name="Ada L."))

    validation = (await validate(client, ada.tokens["access_token"])).json()

    assert (validation["full_name"], validation["roles"]) == ("Ada L.", ["admin"])


@pytest.mark.parametrize("is_valid", [True, False])
async def test_body_of_any_spelling_has_the_same_response(
    client: httpx.AsyncClient, is_valid: bool
) -> None:
    ada = await sign_up(client)
    token = ada.tokens["access_token"] if is_valid else "a.b.c"
    escaped = "".join(f"\\u{ord(character):04x}" for character in token)
    bodies = [
        f'{{"token":"{token}"}}',
        f'{{"token": "{token}"}}',
        f' {{ "token" :\n"{token}" }} ',
        f'{{"token":"","token":"{token}"}}',
        f'{{"token":"{escaped}"}}',
    ]
    responses = [await post(client, body) for body in bodies]
    assert {response.status_code for response in responses} == {200}
    assert len({response.text for response in responses}) == 1
    assert responses[0].json()["valid"] is is_valid
    names = {frozenset(response.headers) for response in responses}
    assert len(names) == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('{"token":"a.b.c"', "application/json"),
        ('{"token":"a.b.c"}x', "application/json"),
        ('{"token":"a.b.c","more":1}', "application/json"),
        ('{"token":"a.b.c"}', "text/plain"),
        (f'{{"token":"{"x" * 8193}"}}', "application/json"),
    ],
)
async def test_body_that_is_no_token_is_rejected(
    client: httpx.AsyncClient, body: str, content_type: str
) -> None:
    response = await post(client, body, content_type)
    assert response.status_code == 422
    assert response.json()["code"] == "invalid_request"


async def test_body_of_a_validation_is_none_elsewhere(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/token-changes", json={"token": "a.b.c"})
    assert response.status_code == 405


async def post(
    client: httpx.AsyncClient, body: str, content_type: str = "application/json"
) -> httpx.Response:
    headers = {"Content-Type": content_type}
    return await client.post("/validate-token", content=body, headers=headers)


async def test_service_token_has_no_user_id(client: httpx.AsyncClient) -> None:
    token = (await service_headers(client))["Authorization"].removeprefix("Bearer ")

    validation = (await validate(client, token)).json()

    assert validation["valid"]
    assert (validation["user_id"], validation["username"]) == (None, "order-service")
    assert validation["roles"] == ["service"]


@pytest.mark.parametrize("token", ["", "garbage", "a.b.c", "é"])
async def test_malformed_token_is_invalid_with_message(
    client: httpx.AsyncClient, token: str
) -> None:
    response = await validate(client, token)

    assert response.status_code == 200
    validation = response.json()
    assert validation.pop("message") == "the access token is not valid"
    assert validation == INVALID


async def test_token_of_ended_session_is_invalid(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    await client.post("/logout", headers=ada.headers)

    validation = (await validate(client, ada.tokens["access_token"])).json()

    assert validation.pop("message") == "the session of the access token has ended"
    assert validation == INVALID


async def test_token_of_inactive_user_is_invalid(
    client: httpx.AsyncClient, database: Database
) -> None:
    ada = await sign_up(client)
    async with database.transaction() as session:
        await session.execute(update(User).values(is_active=False))

    assert not (await validate(client, ada.tokens["access_token"])).json()["valid"]


async def test_token_of_unknown_session_is_invalid(
    client: httpx.AsyncClient, tokens: Tokens
) -> None:
    sid = uuid4()
    token = tokens.issue("1", "root", ["admin"], timedelta(minutes=1), sid=sid)

    assert not (await validate(client, token)).json()["valid"]


async def test_validation_is_unavailable_without_database(
    settings: UserSettings, tokens: Tokens
) -> None:
    unreachable = settings.model_copy(
        update={"database_url": SecretStr("postgresql://unknown@127.0.0.1:9/none")}
    )
    sid = uuid4()
    token = tokens.issue("1", "ada", ["customer"], timedelta(minutes=1), sid=sid)

    async with started(create_app(unreachable)) as client:
        validation = await validate(client, token)
        account = await client.get("/me", headers=bearer(token))

    assert validation.status_code == 503
    assert validation.headers["Retry-After"]
    assert account.status_code == 503
