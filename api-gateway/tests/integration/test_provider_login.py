"""The way back from a provider: cookies and redirects, and no token for scripts."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from tests.gateway import Gateway, serving
from tests.raw_service import OK, answering, with_bytes
from tests.upstream import Upstream, answer

CALLBACK = "/api/v1/auth/oidc/callback"
REFRESH_TOKEN = "pX2b8mK0c3cJ9yq7Qw5aVt1Zr4Lh6Nd"
SESSION = {"refresh_token": REFRESH_TOKEN, "return_to": "/orders?a=b"}
CLEARED = "pannier-login=; HttpOnly; Max-Age=0; Path=/api; SameSite=lax"


def respond(upstream: Upstream, status: int, **document: Any) -> None:
    """Lets user-service respond like this, and clear the cookie of the log-in."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        upstream.requests.append(dict(scope))
        kind = b"application/problem+json" if status >= 400 else b"application/json"
        headers = ((b"set-cookie", CLEARED.encode()), (b"content-type", kind))
        await answer(send, json.dumps(document).encode(), status, headers)

    upstream.handler = handle


def error_in(location: str) -> str:
    [error] = parse_qs(urlsplit(location).query)["login_error"]
    return error


async def test_session_of_provider_becomes_cookie(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    respond(upstream, 200, **SESSION)

    response = await client.get(CALLBACK, params={"code": "x", "state": "y"})

    assert response.status_code == 303
    assert response.headers["location"] == "/orders?a=b"
    assert response.content == b""
    kept, cleared = response.headers.get_list("set-cookie")
    assert kept == (
        f"pannier-refresh={REFRESH_TOKEN}; HttpOnly; Max-Age=2592000;"
        " Path=/api; SameSite=strict"
    )
    assert cleared == CLEARED
    assert response.headers["cache-control"] == "no-store"


async def test_user_service_gets_query_and_state_only(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    respond(upstream, 200, **SESSION)
    cookies = "pannier-refresh=secret; pannier-login=state"
    headers = {"Cookie": cookies, "Authorization": "Bearer x"}

    await client.get(f"{CALLBACK}?code=x&iss=http%3A%2F%2Fid", headers=headers)

    [sent] = upstream.requests
    assert (sent["method"], sent["path"]) == ("GET", "/auth/oidc/callback")
    assert sent["query_string"] == b"code=x&iss=http%3A%2F%2Fid"
    given = dict(sent["headers"])
    assert given[b"cookie"] == b"pannier-login=state"
    assert b"authorization" not in given


@pytest.mark.parametrize(
    ("document", "path", "code"),
    [
        ({"code": "login_state_invalid"}, "/", "login_state_invalid"),
        ({"code": "login_denied", "return_to": "/orders"}, "/orders", "login_denied"),
        ({"code": "x", "return_to": "/a?b=c#d"}, "/a", "x"),
        ({}, "/", "service_failed"),
    ],
)
async def test_failed_log_in_returns_with_its_code(
    client: httpx.AsyncClient,
    upstream: Upstream,
    document: dict[str, str],
    path: str,
    code: str,
) -> None:
    respond(upstream, 400, **document)

    response = await client.get(CALLBACK)

    assert response.status_code == 303
    location = response.headers["location"]
    assert urlsplit(location).path == path
    assert error_in(location) == code
    assert ("#d" in location) == ("#d" in document.get("return_to", ""))
    assert response.headers.get_list("set-cookie") == [CLEARED]


async def test_unreadable_session_fails_log_in(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    respond(upstream, 200, refresh_token=REFRESH_TOKEN)

    response = await client.get(CALLBACK)

    assert response.headers["location"] == "/?login_error=service_failed"
    assert response.headers.get_list("set-cookie") == [CLEARED]


async def test_unreachable_user_service_fails_log_in() -> None:
    async with (
        serving("http://127.0.0.1:9") as gateway,
        gateway.client() as client,
    ):
        response = await client.get(CALLBACK, params={"code": "x"})

    assert response.headers["location"] == "/?login_error=peer_unreachable"
    assert "set-cookie" not in response.headers


async def test_code_of_provider_is_sent_once() -> None:
    async with (
        answering(with_bytes(b"", OK)) as service,
        serving(service.url) as gateway,
        gateway.client() as client,
    ):
        response = await client.get(CALLBACK, params={"code": "x"})

    assert response.headers["location"] == "/?login_error=service_failed"
    assert len(service.heads) == 1


@pytest.mark.parametrize("path", [CALLBACK, "/api/auth/oidc/callback"])
async def test_tokens_of_callback_are_never_passed_on(
    client: httpx.AsyncClient, upstream: Upstream, path: str
) -> None:
    """Whatever the method and the spelling of the path."""
    respond(upstream, 200, **SESSION)

    answers = [
        await client.request(method, path + end)
        for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS")
        for end in ("", "/", "%2F", "?x", ";x")
    ]

    assert REFRESH_TOKEN not in "".join(each.text for each in answers)


async def test_callback_of_secure_address_sets_secure_cookie(
    upstream: Upstream,
) -> None:
    respond(upstream, 200, **SESSION)
    async with (
        serving(upstream.url, public_url="https://shop.example") as gateway,
        gateway.client() as client,
    ):
        response = await client.get(CALLBACK)

    kept = response.headers.get_list("set-cookie")[0]
    assert kept.startswith("__Host-pannier-refresh=")
    assert kept.endswith("Path=/; SameSite=strict; Secure")


async def test_log_in_counts_as_sign_in(gateway: Gateway, upstream: Upstream) -> None:
    respond(upstream, 200, **SESSION)
    async with gateway.client() as client:
        for path in ("login", "callback"):
            response = await client.get(f"/api/v1/auth/oidc/{path}")
            assert response.headers["ratelimit-policy"].startswith('"sign-in"')
