"""Browser sessions: the refresh token stays in a cookie that scripts cannot read."""

import asyncio
import re

import httpx
import pytest

from app import main
from chassis.testing import Network
from tests.gateway import Gateway, serving
from tests.user_service import PASSWORD, UserService

SESSION = "/api/v1/auth/session"
PLAIN, SECURE = "pannier-refresh", "__Host-pannier-refresh"


async def log_in(
    browser: httpx.AsyncClient, username: str, password: str = PASSWORD
) -> httpx.Response:
    body = {"username": username, "password": password}
    return await browser.post(SESSION, json=body)


@pytest.fixture
async def ada(user_service: UserService) -> str:
    return await user_service.register()


def cookie(response: httpx.Response) -> tuple[str, str, set[str]]:
    """Returns name, value and attributes of the only cookie that is set."""
    [header] = response.headers.get_list("set-cookie")
    pair, *attributes = header.split("; ")
    name, _, value = pair.partition("=")
    return name, value, set(attributes)


async def test_log_in_returns_access_token_only(
    browser: httpx.AsyncClient, ada: str, user_service: UserService
) -> None:
    response = await log_in(browser, ada)

    assert response.status_code == 200
    assert response.json().keys() == {"access_token", "token_type", "expires_in"}
    assert response.json()["expires_in"] == 900
    assert await user_service.accepts(response.json()["access_token"])
    assert response.headers["cache-control"] == "no-store"


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
        httpx.AsyncClient(base_url=front.url, headers=claims) as browser,
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


async def test_refresh_exchanges_cookie_and_token(
    browser: httpx.AsyncClient, ada: str, user_service: UserService
) -> None:
    first = cookie(await log_in(browser, ada))

    response = await browser.post(f"{SESSION}/refresh")

    assert response.status_code == 200
    assert cookie(response)[1] != first[1]
    assert "refresh_token" not in response.json()
    assert await user_service.accepts(response.json()["access_token"])
    assert (await browser.post(f"{SESSION}/refresh")).status_code == 200


async def test_deleted_session_is_over(
    browser: httpx.AsyncClient, ada: str, user_service: UserService
) -> None:
    opened = await log_in(browser, ada)
    jar = {"Cookie": f"{PLAIN}={cookie(opened)[1]}"}

    ended = await browser.delete(SESSION)

    assert (ended.status_code, ended.content) == (204, b"")
    assert "Max-Age=0" in cookie(ended)[2]
    assert PLAIN not in browser.cookies
    assert not await user_service.accepts(opened.json()["access_token"])
    again = await browser.post(f"{SESSION}/refresh", headers=jar)
    assert again.status_code == 401
    assert (await browser.delete(SESSION, headers=jar)).status_code == 204


async def test_session_that_never_was_can_be_deleted(
    browser: httpx.AsyncClient,
) -> None:
    assert (await browser.delete(SESSION)).status_code == 204
    nonsense = {"Cookie": f"{PLAIN}=nonsense"}
    assert (await browser.delete(SESSION, headers=nonsense)).status_code == 204


@pytest.mark.parametrize("jar", [{}, {"Cookie": f'{PLAIN}="a b"'}])
async def test_refresh_without_cookie_is_refused(
    browser: httpx.AsyncClient, jar: dict[str, str]
) -> None:
    response = await browser.post(f"{SESSION}/refresh", headers=jar)

    assert (response.status_code, response.json()["code"]) == (401, "no_session")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", ""), ("POST", "/refresh"), ("DELETE", "")],
)
async def test_request_without_csrf_header_is_forbidden(
    front: Gateway, user_service: UserService, ada: str, method: str, path: str
) -> None:
    body = {"username": ada, "password": PASSWORD} if method + path == "POST" else None
    async with httpx.AsyncClient(base_url=front.url) as browser:
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
        httpx.AsyncClient(base_url=front.url) as browser,
    ):
        allowed = await browser.options(f"{SESSION}/refresh", headers=preflight)
        answered = await browser.post(
            f"{SESSION}/refresh",
            headers={"Origin": origin, "X-CSRF-Protection": "1"},
        )

    for response in (allowed, answered):
        assert response.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in response.headers


async def test_two_tabs_refresh_at_once(
    front: Gateway, browser: httpx.AsyncClient, ada: str, user_service: UserService
) -> None:
    value = cookie(await log_in(browser, ada))[1]
    jar = {"Cookie": f"{PLAIN}={value}", "X-CSRF-Protection": "1"}

    async with httpx.AsyncClient(base_url=front.url, headers=jar) as tabs:
        answers = await asyncio.gather(*(tabs.post(f"{SESSION}/refresh") for _ in "12"))
        later = [
            await tabs.post(
                f"{SESSION}/refresh",
                headers={"Cookie": f"{PLAIN}={cookie(answer)[1]}"},
            )
            for answer in answers
        ]

    assert [answer.status_code for answer in (*answers, *later)] == [200] * 4
    for answer in (*answers, *later):
        assert await user_service.accepts(answer.json()["access_token"])


async def test_refresh_with_lost_response_can_be_repeated(
    browser: httpx.AsyncClient, ada: str
) -> None:
    value = cookie(await log_in(browser, ada))[1]
    old = {"Cookie": f"{PLAIN}={value}"}
    assert (await browser.post(f"{SESSION}/refresh", headers=old)).status_code == 200

    repeated = await browser.post(f"{SESSION}/refresh", headers=old)

    assert repeated.status_code == 200
    new = {"Cookie": f"{PLAIN}={cookie(repeated)[1]}"}
    assert (await browser.post(f"{SESSION}/refresh", headers=new)).status_code == 200


async def test_refused_refresh_leaves_cookie_of_other_tab(
    browser: httpx.AsyncClient, ada: str
) -> None:
    old = {"Cookie": f"{PLAIN}={cookie(await log_in(browser, ada))[1]}"}
    await browser.delete(SESSION, headers=old)
    await log_in(browser, ada)

    refused = await browser.post(f"{SESSION}/refresh", headers=old)

    assert refused.status_code == 401
    assert refused.json()["code"] == "refresh_token_invalid"
    assert "set-cookie" not in refused.headers
    assert (await browser.post(f"{SESSION}/refresh")).status_code == 200


async def test_wrong_password_is_refused_as_by_user_service(
    browser: httpx.AsyncClient, ada: str
) -> None:
    response = await log_in(browser, ada, "wrong password")

    problem = response.json()
    assert (response.status_code, problem["code"]) == (401, "wrong_credentials")
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["instance"] == SESSION
    assert problem["request_id"] == response.headers["x-request-id"]


@pytest.mark.parametrize(
    "body",
    [{"username": "ada"}, {"username": "ada", "password": 1}, {"x": 1}, []],
)
async def test_malformed_log_in_is_invalid(
    browser: httpx.AsyncClient, body: object
) -> None:
    response = await browser.post(SESSION, json=body)

    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")


async def test_characters_of_forms_reach_user_service(
    browser: httpx.AsyncClient, front: Gateway
) -> None:
    account = {"username": "eve.and-co", "password": "100% + a&b=c; ü€"}
    registered = await browser.post("/api/v1/auth/register", json=account)
    assert registered.status_code == 201

    assert (await log_in(browser, **account)).status_code == 200


async def test_throttle_sees_address_of_client(network: Network, ada: str) -> None:
    """Ten failures at one address do not slow the log-in at another."""
    url = f"http://127.0.0.1:{network.port}"
    async with (
        serving(url, trusted_proxies=["127.0.0.1"]) as front,
        httpx.AsyncClient(
            base_url=front.url, headers={"X-CSRF-Protection": "1"}
        ) as browser,
    ):
        browser.headers["X-Forwarded-For"] = "198.51.100.7"
        for _ in range(10):
            assert (await log_in(browser, ada, "wrong")).status_code == 401
        throttled = await log_in(browser, ada)
        browser.headers["X-Forwarded-For"] = "198.51.100.8"
        elsewhere = await log_in(browser, ada)

    assert (throttled.status_code, throttled.json()["code"]) == (
        429,
        "too_many_failures",
    )
    assert int(throttled.headers["retry-after"]) >= 1
    assert elsewhere.status_code == 200


async def test_unreachable_user_service_is_unavailable(
    browser: httpx.AsyncClient, ada: str, network: Network
) -> None:
    await log_in(browser, ada)
    network.cut()

    opened = await log_in(browser, ada)
    ended = await browser.delete(SESSION)

    for response in (opened, ended):
        assert response.status_code in (502, 503)
        assert response.json()["service"] == "user-service"
        assert "set-cookie" not in response.headers
    assert PLAIN in browser.cookies
    network.mend()
    assert (await browser.delete(SESSION)).status_code == 204


async def test_hung_user_service_times_out(
    network: Network, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "RESPONSE_SECONDS", 0.5)
    url = f"http://127.0.0.1:{network.port}"
    async with (
        serving(url) as front,
        httpx.AsyncClient(
            base_url=front.url, headers={"X-CSRF-Protection": "1"}, timeout=20
        ) as browser,
    ):
        network.hang()
        response = await log_in(browser, ada)
        network.resume()

    assert (response.status_code, response.json()["code"]) == (504, "service_timeout")


async def test_newest_version_has_alias(browser: httpx.AsyncClient, ada: str) -> None:
    body = {"username": ada, "password": PASSWORD}

    assert (await browser.post("/api/auth/session", json=body)).status_code == 200
    assert (await browser.post("/api/auth/session/refresh")).status_code == 200
    assert (await browser.delete("/api/auth/session")).status_code == 204
