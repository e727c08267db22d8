"""A certified OpenID Connect provider: its users' tokens, and its log-out.

npm's `oidc-provider` runs as a process of its own, and calls the service over HTTP.
"""

import asyncio
import base64
import hashlib
import re
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
import uvicorn

from app.config.providers import OpenIdProvider
from app.config.settings import UserSettings
from app.main import create_app
from chassis import Database
from chassis.testing import certified_provider, eventually

FOLDER = Path(__file__).parents[1] / "certified_provider"
REDIRECT_URI = "http://127.0.0.1/callback"
CLIENT = ("pannier-web", secrets.token_urlsafe(32))
START_SECONDS = 30
# A test machine that stalls is no silent server.
PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def service_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def issuer(service_port: int) -> Iterator[str]:
    service = f"http://127.0.0.1:{service_port}"
    with certified_provider(
        FOLDER,
        free_port(),
        CLIENT_SECRET=CLIENT[1],
        REDIRECT_URI=REDIRECT_URI,
        HOME_URL="http://127.0.0.1/",
        BACKCHANNEL_LOGOUT_URI=f"{service}/auth/oidc/backchannel-logout",
    ) as issuer:
        yield issuer


@pytest_asyncio.fixture(scope="module")
async def server(
    settings: UserSettings, issuer: str, service_port: int
) -> AsyncIterator[None]:
    provider = OpenIdProvider.model_validate(
        {
            "name": "certified",
            "issuer": issuer,
            "client_id": CLIENT[0],
            "audience": "pannier",
            "roles_claim": "roles",
            "admin_values": ["shop-admin"],
        }
    )
    app = create_app(settings.model_copy(update={"oidc_providers": (provider,)}))
    server = uvicorn.Server(
        uvicorn.Config(app, port=service_port, log_config=None, access_log=False)
    )
    serving = asyncio.create_task(server.serve())

    async def has_started() -> bool:
        return server.started

    await eventually(has_started, START_SECONDS)
    yield
    server.should_exit = True
    await serving


@pytest_asyncio.fixture
async def client(
    server: None, service_port: int, database: Database
) -> AsyncIterator[httpx.AsyncClient]:
    url = f"http://127.0.0.1:{service_port}"
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as client:
        yield client


@pytest_asyncio.fixture
async def browser(issuer: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=issuer, timeout=PATIENCE) as browser:
        yield browser


async def log_in(browser: httpx.AsyncClient, username: str) -> dict[str, Any]:
    """Logs in at the provider, and returns its response with the tokens."""
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    response = await browser.get(
        "/auth",
        params={
            "client_id": CLIENT[0],
            "response_type": "code",
            "scope": "openid shop",
            "redirect_uri": REDIRECT_URI,
            "login_hint": username,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        },
    )
    while not response.headers["Location"].startswith(REDIRECT_URI):
        response = await browser.get(response.headers["Location"])
    [code] = parse_qs(urlsplit(response.headers["Location"]).query)["code"]
    granted = await browser.post(
        "/token",
        auth=CLIENT,
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
            "code_verifier": verifier,
        },
    )
    assert granted.status_code == 200, granted.text
    tokens: dict[str, Any] = granted.json()
    return tokens


async def log_out(browser: httpx.AsyncClient, id_token: str) -> None:
    asked = await browser.get("/session/end", params={"id_token_hint": id_token})
    [xsrf] = re.findall(r'name="xsrf" value="(\w+)"', asked.text)
    ended = await browser.post(
        "/session/end/confirm", data={"xsrf": xsrf, "logout": "yes"}
    )
    assert ended.is_redirect, ended.text


async def validate(client: httpx.AsyncClient, token: str) -> dict[str, Any]:
    response = await client.post("/validate-token", json={"token": token})
    validation: dict[str, Any] = response.json()
    return validation


async def test_access_token_identifies_user(
    client: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    tokens = await log_in(browser, "ada")

    validation = await validate(client, tokens["access_token"])

    assert validation["valid"]
    assert (validation["username"], validation["roles"]) == ("ada", ["customer"])
    assert validation["email"] == "ada@example.com"


async def test_role_of_provider_makes_administrator(
    client: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    tokens = await log_in(browser, "grace")
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    assert (await client.get("/users", headers=headers)).status_code == 200


async def test_id_token_is_rejected(
    client: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    tokens = await log_in(browser, "ada")

    assert not (await validate(client, tokens["id_token"]))["valid"]


async def test_log_out_at_provider_ends_session_here(
    client: httpx.AsyncClient, browser: httpx.AsyncClient, issuer: str
) -> None:
    tokens = await log_in(browser, "ada")
    assert (await validate(client, tokens["access_token"]))["valid"]
    async with httpx.AsyncClient(base_url=issuer, timeout=PATIENCE) as elsewhere:
        other = await log_in(elsewhere, "ada")

    # The provider calls the service before it responds to the browser.
    await log_out(browser, tokens["id_token"])

    assert not (await validate(client, tokens["access_token"]))["valid"]
    assert (await validate(client, other["access_token"]))["valid"]
