"""The cookie of a session is out of reach of scripts, other origins and networks."""

import re

import httpx
import pytest

from chassis.testing import Network
from tests.browser_sessions import PLAIN, SECURE, SESSION, cookie, log_in
from tests.gateway import Gateway, serving
from tests.user_service import PASSWORD, UserService


async def test_cookie_is_plain_on_localhost(
    browser: httpx.AsyncClient, ada: str
) -> None:
    name, value, attributes = cookie(await log_in(browser, ada))

    assert name == PLAIN
    assert re.fullmatch(r"[A-Za-z0-9_-]{40,}", value)
    assert attributes == {
        "HttpOnly",
        "Max-Age=2592000",
        "Path=/api",
        "SameSite=strict",
    }


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_cookie_is_secure_behind_tls(
    network: Network, ada: str, scheme: str
) -> None:
    """Whatever the request says, because anybody can write that."""
    url = f"http://127.0.0.1:{network.port}"
    claims = {"X-Forwarded-Proto": scheme, "X-CSRF-Protection": "1"}
    async with (
        serving(url, public_url="https://shop.example") as front,
        front.client(headers=claims) as browser,
    ):
        name, value, attributes = cookie(await log_in(browser, ada))
        jar = {"Cookie": f"{SECURE}={value}"}
        refreshed = await browser.post(f"{SESSION}/refresh", headers=jar)
        cleared = await browser.delete(SESSION, headers=jar)

    assert name == SECURE
    expected = {"HttpOnly", "Secure", "Path=/", "SameSite=strict"}
    assert attributes == {*expected, "Max-Age=2592000"}
    assert refreshed.status_code == 200
    assert cookie(cleared) == (SECURE, '""', {*expected, "Max-Age=0"})


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", ""), ("POST", "/refresh"), ("DELETE", "")],
)
async def test_request_without_csrf_header_is_forbidden(
    front: Gateway, user_service: UserService, ada: str, method: str, path: str
) -> None:
    body = {"username": ada, "password": PASSWORD} if method + path == "POST" else None
    async with front.client() as browser:
        opened = await browser.post(
            SESSION,
            json={"username": ada, "password": PASSWORD},
            headers={"X-CSRF-Protection": "1"},
        )
        refused = await browser.request(method, SESSION + path, json=body)

    assert refused.status_code == 403
    assert refused.json()["code"] == "csrf_header_missing"
    assert "set-cookie" not in refused.headers
    assert await user_service.accepts(opened.json()["access_token"])


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
async def test_request_of_another_origin_is_forbidden(
    browser: httpx.AsyncClient, ada: str, site: str
) -> None:
    await log_in(browser, ada)

    refused = await browser.post(f"{SESSION}/refresh", headers={"Sec-Fetch-Site": site})

    assert refused.status_code == 403
    assert refused.json()["code"] == "cross_origin_session"
    same = {"Sec-Fetch-Site": "same-origin"}
    assert (await browser.post(f"{SESSION}/refresh", headers=same)).status_code == 200


async def test_no_origin_may_send_credentials(network: Network) -> None:
    url, origin = f"http://127.0.0.1:{network.port}", "https://shop.example"
    preflight = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-csrf-protection",
    }
    async with (
        serving(url, allowed_origins=[origin]) as front,
        front.client() as browser,
    ):
        allowed = await browser.options(f"{SESSION}/refresh", headers=preflight)
        answered = await browser.post(
            f"{SESSION}/refresh",
            headers={"Origin": origin, "X-CSRF-Protection": "1"},
        )

    for response in (allowed, answered):
        assert response.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in response.headers
