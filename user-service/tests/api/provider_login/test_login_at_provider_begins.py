"""Browsers are sent to a provider to log in."""

import httpx
import pytest

from app.config.settings import UserSettings
from app.main import create_app
from chassis import Database
from chassis.testing import started
from tests.openid_provider import CLIENT_ID, Provider
from tests.provider_browser import LOGIN, BegunLogin, begin

CALLBACK_URL = "http://localhost:9000/api/v1/auth/oidc/callback"


async def test_log_in_begins_at_provider(provider: Provider, begun: BegunLogin) -> None:
    assert begun.url == f"{provider.issuer}/auth"
    secrets = {"state", "nonce", "code_challenge"}
    assert {
        name: value for name, value in begun.sent.items() if name not in secrets
    } == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": CALLBACK_URL,
        "scope": "openid profile email",
        "code_challenge_method": "S256",
    }
    assert all(len(begun.sent[name]) == 43 for name in secrets)


async def test_cookie_of_log_in_is_hidden_and_short(begun: BegunLogin) -> None:
    assert begun.attributes == {
        "HttpOnly",
        "Max-Age=600",
        "Path=/api",
        "SameSite=lax",
    }
    assert begun.sent["state"] not in begun.cookie


async def test_cookie_and_callback_are_secure_behind_tls(
    settings: UserSettings, provider: Provider, database: Database
) -> None:
    changed = {
        "oidc_providers": (provider.settings(),),
        "public_url": "https://shop.example",
    }
    async with started(create_app(settings.model_copy(update=changed))) as client:
        response = await client.get(LOGIN)

    assert (
        "redirect_uri=https%3A%2F%2Fshop.example%2Fapi" in response.headers["Location"]
    )
    name, *attributes = response.headers["Set-Cookie"].split("; ")
    assert name.startswith("__Host-pannier-login=")
    expected = {"HttpOnly", "Max-Age=600", "Path=/", "SameSite=lax", "Secure"}
    assert set(attributes) == expected


async def test_callback_never_follows_host_of_request(
    client: httpx.AsyncClient,
) -> None:
    claims = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}

    begun = await begin(client, claims)

    assert begun.sent["redirect_uri"] == CALLBACK_URL


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "orders",
        "javascript:alert(1)",
        " /orders",
        "/a b",
        "/caf\u00e9",
        "/" + "x" * 1024,
    ],
)
async def test_foreign_return_address_is_refused(
    client: httpx.AsyncClient, path: str
) -> None:
    response = await client.get(LOGIN, params={"return_to": path})

    assert (response.status_code, response.json()["code"]) == (422, "invalid_request")
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("site", ["none", "same-origin"])
async def test_own_page_and_typed_address_begin_log_in(
    client: httpx.AsyncClient, site: str
) -> None:
    assert await begin(client, {"Sec-Fetch-Site": site})


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_other_site_cannot_begin_log_in(
    client: httpx.AsyncClient, site: str
) -> None:
    response = await client.get(LOGIN, headers={"Sec-Fetch-Site": site})

    assert (response.status_code, response.json()["code"]) == (403, "cross_site_login")
    assert "Set-Cookie" not in response.headers


async def test_unknown_provider_is_not_found(client: httpx.AsyncClient) -> None:
    response = await client.get(LOGIN, params={"provider": "other"})

    assert (response.status_code, response.json()["code"]) == (
        404,
        "provider_not_found",
    )


async def test_providers_are_listed_for_buttons(client: httpx.AsyncClient) -> None:
    response = await client.get("/auth/oidc/providers")

    assert response.json() == [{"name": "shop", "title": "shop"}]
