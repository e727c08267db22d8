"""A browser whose log-in at a provider fails comes back to the storefront."""

import json
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from tests.gateway import serving
from tests.upstream import Upstream, answer

LOGIN, CALLBACK = "/api/v1/auth/oidc/login", "/api/v1/auth/oidc/callback"
OF_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
COOKIE = b"pannier-login=; Max-Age=0; Path=/api"


def fail(upstream: Upstream, status: int, **document: Any) -> None:
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        kind = (b"content-type", b"application/problem+json")
        headers = (kind, (b"set-cookie", COOKIE), (b"retry-after", b"1"))
        await answer(send, json.dumps(document).encode(), status, headers)

    upstream.handler = handle


@pytest.mark.parametrize("path", [LOGIN, "/api/auth/oidc/login"])
async def test_browser_is_sent_to_storefront(
    client: httpx.AsyncClient, upstream: Upstream, path: str
) -> None:
    fail(upstream, 503, code="provider_unavailable")
    query = {"return_to": "/orders?status=shipped"}

    response = await client.get(path, params=query, headers=OF_BROWSER)

    assert response.status_code == 303
    expected = "/orders?status=shipped&login_error=provider_unavailable"
    assert response.headers["location"] == expected
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["set-cookie"] == COOKIE.decode()
    assert response.headers["ratelimit"].startswith('"sign-in";r=')
    assert "retry-after" not in response.headers


async def test_head_names_the_page_that_get_would(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    fail(upstream, 404, code="provider_not_found")

    got = await client.get(LOGIN, headers=OF_BROWSER)
    response = await client.head(LOGIN, headers=OF_BROWSER)

    assert response.status_code == 303
    assert response.headers["location"] == got.headers["location"]
    assert response.content == b""


async def test_operators_see_status_in_log(
    client: httpx.AsyncClient, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    fail(upstream, 503, code="provider_unavailable")

    await client.get(LOGIN, headers=OF_BROWSER)

    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    [line] = [each for each in lines if each["event"] == "provider_login_redirected"]
    assert (line["status"], line["reason"]) == (503, "provider_unavailable")


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "text/html;q=0.5, application/json"]
)
async def test_program_gets_problem_document(
    client: httpx.AsyncClient, upstream: Upstream, accept: str
) -> None:
    fail(upstream, 404, code="provider_not_found")

    response = await client.get(LOGIN, headers={"Accept": accept})

    assert response.status_code == 404
    assert response.json() == {"code": "provider_not_found"}


@pytest.mark.parametrize(
    "return_to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\r\nSet-Cookie: a=b",
        "evil.example",
        "javascript:alert(1)",
        "/" + "x" * 1024,
        "",
    ],
)
async def test_browser_is_sent_to_no_other_site(
    client: httpx.AsyncClient, upstream: Upstream, return_to: str
) -> None:
    fail(upstream, 422, code="invalid_request")
    query = {"return_to": return_to}

    response = await client.get(LOGIN, params=query, headers=OF_BROWSER)

    assert response.headers["location"] == "/?login_error=invalid_request"


async def test_unreadable_failure_has_a_code(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, b"<h1>oops</h1>", 500)

    upstream.handler = handle
    response = await client.get(LOGIN, headers=OF_BROWSER)

    assert response.headers["location"] == "/?login_error=service_failed"


async def test_browser_is_sent_on_to_provider(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, b"", 303, ((b"location", b"https://id.example/auth"),))

    upstream.handler = handle
    response = await client.get(LOGIN, headers=OF_BROWSER)

    assert response.headers["location"] == "https://id.example/auth"


async def test_browser_learns_that_user_service_is_down() -> None:
    async with (
        serving("http://127.0.0.1:9") as gateway,
        gateway.client(headers=OF_BROWSER) as client,
    ):
        response = await client.get(LOGIN, params={"return_to": "/cart"})

    assert response.headers["location"] == "/cart?login_error=peer_unreachable"


@pytest.mark.parametrize("path", [LOGIN, CALLBACK])
async def test_browser_learns_that_limit_is_reached(
    upstream: Upstream, path: str
) -> None:
    async with (
        serving(upstream.url, limit_sign_in="1/hour") as gateway,
        gateway.client(headers=OF_BROWSER) as client,
    ):
        await client.get(path)
        response = await client.get(path)

    assert response.status_code == 303
    assert response.headers["location"] == "/?login_error=too_many_requests"


async def test_other_problems_are_shown_to_browsers(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    fail(upstream, 404, code="order_not_found")

    response = await client.get("/api/v1/orders/7", headers=OF_BROWSER)

    assert response.status_code == 404
