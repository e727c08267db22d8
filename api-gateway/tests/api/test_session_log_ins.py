"""A browser logs in as at user-service, whose refusals and failures it gets."""

import httpx
import pytest

from app import main
from chassis.testing import Network, eventually
from tests.browser_sessions import PLAIN, SESSION, log_in
from tests.gateway import Gateway, serving


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
        front.client(headers={"X-CSRF-Protection": "1"}) as browser,
    ):

        async def find_throttled() -> httpx.Response | None:
            for _ in range(10):
                assert (await log_in(browser, ada, "wrong")).status_code == 401
            response = await log_in(browser, ada)
            # The delay is one second, which may be over, and then ends the failures.
            return None if response.status_code == 200 else response

        browser.headers["X-Forwarded-For"] = "198.51.100.7"
        throttled = await eventually(find_throttled)
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
        front.client(headers={"X-CSRF-Protection": "1"}) as browser,
    ):
        network.hang()
        response = await log_in(browser, ada)
        network.resume()

    assert (response.status_code, response.json()["code"]) == (504, "service_timeout")
