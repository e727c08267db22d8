"""Browser sessions: the refresh token stays in a cookie that scripts cannot read."""

import asyncio

import httpx
import pytest

from tests.browser_sessions import PLAIN, SESSION, cookie, log_in
from tests.gateway import Gateway
from tests.user_service import PASSWORD, UserService


async def test_log_in_returns_access_token_only(
    browser: httpx.AsyncClient, ada: str, user_service: UserService
) -> None:
    response = await log_in(browser, ada)

    assert response.status_code == 200
    assert response.json().keys() == {"access_token", "token_type", "expires_in"}
    assert response.json()["expires_in"] == 900
    assert await user_service.accepts(response.json()["access_token"])
    assert response.headers["cache-control"] == "no-store"


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


@pytest.mark.parametrize("is_first", [True, False])
async def test_log_out_ends_session_beside_foreign_cookie(
    browser: httpx.AsyncClient, ada: str, user_service: UserService, *, is_first: bool
) -> None:
    opened = await log_in(browser, ada)
    cookies = [f"{PLAIN}={cookie(opened)[1]}", f"{PLAIN}=set-by-another-port"]
    jar = {"Cookie": "; ".join(cookies if is_first else reversed(cookies))}

    assert (await browser.delete(SESSION, headers=jar)).status_code == 204

    assert not await user_service.accepts(opened.json()["access_token"])


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


async def test_two_tabs_refresh_at_once(
    front: Gateway, browser: httpx.AsyncClient, ada: str, user_service: UserService
) -> None:
    value = cookie(await log_in(browser, ada))[1]
    jar = {"Cookie": f"{PLAIN}={value}", "X-CSRF-Protection": "1"}

    async with front.client(headers=jar) as tabs:
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


async def test_newest_version_has_alias(browser: httpx.AsyncClient, ada: str) -> None:
    body = {"username": ada, "password": PASSWORD}

    assert (await browser.post("/api/auth/session", json=body)).status_code == 200
    assert (await browser.post("/api/auth/session/refresh")).status_code == 200
    assert (await browser.delete("/api/auth/session")).status_code == 204
