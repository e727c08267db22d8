"""Browsers log in at a provider: the way there, and the way back."""

import base64
import hashlib
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.config.settings import UserSettings
from app.main import create_app
from app.security import provider_login
from chassis import Database
from chassis.testing import started
from tests.openid_provider import CLIENT_ID, Provider
from tests.provider_browser import LOGIN, BegunLogin, begin, cleared, come_back

CALLBACK_URL = "http://localhost:9000/api/v1/auth/oidc/callback"


@pytest.fixture
def client(
    service_with_provider: httpx.AsyncClient, database: Database
) -> httpx.AsyncClient:
    return service_with_provider


@pytest_asyncio.fixture
async def begun(client: httpx.AsyncClient) -> BegunLogin:
    return await begin(client, return_to="/orders?status=shipped")


async def owner(client: httpx.AsyncClient, response: httpx.Response) -> dict[str, Any]:
    """The user of the session that a callback has opened."""
    assert response.status_code == 200, response.text
    refresh_token = response.json()["refresh_token"]
    pair = await client.post("/refresh", json={"refresh_token": refresh_token})
    assert pair.status_code == 200, pair.text
    headers = {"Authorization": f"Bearer {pair.json()['access_token']}"}
    found: dict[str, Any] = (await client.get("/me", headers=headers)).json()
    return found


async def count_users(database: Database) -> int:
    async with database.transaction() as session:
        rows = await session.connection()
        found = await rows.exec_driver_sql("SELECT count(*) FROM users")
    number: int = found.scalar_one()
    return number


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


async def test_code_is_redeemed_with_verifier_and_secret(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    code = provider.grant(begun.sent["nonce"])

    await come_back(client, begun, code=code, session_state="ignored")

    form = provider.forms[-1]
    digest = hashlib.sha256((form.pop("code_verifier") or "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert challenge == begun.sent["code_challenge"]
    credentials = base64.b64encode(f"{CLIENT_ID}:hunter2hunter2".encode()).decode()
    assert form == {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK_URL,
        "authorization": f"Basic {credentials}",
    }


async def test_log_in_opens_session_of_new_user(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    profile: dict[str, Any] = {
        "preferred_username": "kate",
        "name": "Kate Keys",
        "email": "kate@example.com",
        "email_verified": True,
    }
    code = provider.grant(begun.sent["nonce"], **profile)

    response = await come_back(client, begun, code=code)

    assert response.json().keys() == {"refresh_token", "return_to"}
    assert response.json()["return_to"] == "/orders?status=shipped"
    assert response.headers["Cache-Control"] == "no-store"
    assert cleared(response)
    user = await owner(client, response)
    assert (user["username"], user["full_name"]) == ("kate", "Kate Keys")
    assert user["email"] == "kate@example.com"


async def test_log_in_finds_user_by_issuer_and_subject(
    client: httpx.AsyncClient, provider: Provider
) -> None:
    token = provider.token(sub="kate")
    validated = await client.post("/validate-token", json={"token": token})
    users = []
    for _ in range(2):
        begun = await begin(client)
        code = provider.grant(begun.sent["nonce"], sub="kate")
        users.append(await owner(client, await come_back(client, begun, code=code)))

    assert {user["id"] for user in users} == {validated.json()["user_id"]}


async def test_role_comes_from_access_token_for_platform(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    roles: dict[str, Any] = {"realm_access": {"roles": ["shop-admin"]}}
    access_token = provider.token(sub="kate", **roles)
    code = provider.grant(begun.sent["nonce"], access_token, sub="kate")

    user = await owner(client, await come_back(client, begun, code=code))

    assert user["role"] == "admin"


async def test_role_comes_from_id_token_otherwise(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    roles: dict[str, Any] = {"realm_access": {"roles": ["shop-admin"]}}
    code = provider.grant(begun.sent["nonce"], **roles)

    user = await owner(client, await come_back(client, begun, code=code))

    assert user["role"] == "admin"


async def test_access_token_of_other_user_is_refused(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    other = provider.token(sub="mallory")
    code = provider.grant(begun.sent["nonce"], other, sub="kate")

    response = await come_back(client, begun, code=code)

    assert response.json()["code"] == "provider_login_failed"


async def test_callback_without_begun_log_in_is_refused(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    sent = len(provider.forms)
    code = provider.grant(begun.sent["nonce"])
    other = await begin(client)
    answers = [
        await come_back(client, None, code=code, state=begun.sent["state"]),
        await come_back(client, begun, code=code, state=None),
        await come_back(client, begun, code=code, state=other.sent["state"]),
        await come_back(client, begun._replace(cookie="forged"), code=code),
    ]

    for response in answers:
        problem = response.json()
        assert (response.status_code, problem["code"]) == (400, "login_state_invalid")
        assert "return_to" not in problem
        # Another tab may have begun that one, and go on with it.
        assert not cleared(response)
    assert len(provider.forms) == sent


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        ("access_denied", 403, "login_denied"),
        ("login_required", 400, "provider_login_failed"),
        ("<script>", 400, "provider_login_failed"),
        ("temporarily_unavailable", 503, "provider_unavailable"),
        (None, 400, "provider_login_failed"),
    ],
)
async def test_error_of_provider_ends_log_in(
    client: httpx.AsyncClient,
    begun: BegunLogin,
    error: str | None,
    status: int,
    code: str,
) -> None:
    response = await come_back(client, begun, error=error)

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.json()["return_to"] == "/orders?status=shipped"
    assert cleared(response)


async def test_code_cannot_be_used_twice(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    code = provider.grant(begun.sent["nonce"])
    assert (await come_back(client, begun, code=code)).status_code == 200

    again = await come_back(client, begun, code=code)

    assert (again.status_code, again.json()["code"]) == (400, "provider_login_failed")


async def test_id_token_of_other_log_in_opens_nothing(
    client: httpx.AsyncClient,
    provider: Provider,
    begun: BegunLogin,
    database: Database,
) -> None:
    code = provider.grant((await begin(client)).sent["nonce"])

    response = await come_back(client, begun, code=code)

    assert response.json()["code"] == "provider_login_failed"
    assert await count_users(database) == 0


async def test_response_of_other_issuer_is_refused(
    client: httpx.AsyncClient, provider: Provider, begun: BegunLogin
) -> None:
    sent = len(provider.forms)
    code = provider.grant(begun.sent["nonce"])

    response = await come_back(client, begun, code=code, iss="https://other.example")

    assert response.json()["code"] == "login_state_invalid"
    assert len(provider.forms) == sent
    right = await come_back(client, begun, code=code, iss=provider.issuer)
    assert right.status_code == 200


async def test_issuer_is_required_if_provider_announces_it(
    settings: UserSettings, database: Database
) -> None:
    with Provider.running() as provider:
        provider.metadata["authorization_response_iss_parameter_supported"] = True
        given = settings.model_copy(update={"oidc_providers": (provider.settings(),)})
        async with started(create_app(given)) as client:
            begun = await begin(client)
            code = provider.grant(begun.sent["nonce"])

            response = await come_back(client, begun, code=code)

    assert response.json()["code"] == "login_state_invalid"


async def test_several_providers_must_be_named(
    settings: UserSettings, database: Database, provider: Provider
) -> None:
    with Provider.running() as other:
        both = (provider.settings(title="The Shop"), other.settings(name="other"))
        given = settings.model_copy(update={"oidc_providers": both})
        async with started(create_app(given)) as client:
            unnamed = await client.get(LOGIN)
            begun = await begin(client, provider="other")
            listed = await client.get("/auth/oidc/providers")
            # A response of the first provider to a log-in at the second one.
            code = provider.grant(begun.sent["nonce"])
            mixed_up = await come_back(client, begun, code=code, iss=provider.issuer)

    assert (unnamed.status_code, unnamed.json()["code"]) == (422, "provider_not_named")
    assert begun.url == f"{other.issuer}/auth"
    assert [each["title"] for each in listed.json()] == ["The Shop", "other"]
    assert mixed_up.json()["code"] == "login_state_invalid"


async def test_silent_provider_ends_log_in(
    settings: UserSettings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_login, "REDEEM_SECONDS", 0.5)
    with Provider.running() as provider:
        given = settings.model_copy(update={"oidc_providers": (provider.settings(),)})
        async with started(create_app(given)) as client:
            begun = await begin(client)
            code = provider.grant(begun.sent["nonce"])
            provider.hangs = True
            hung = await come_back(client, begun, code=code)
            provider.stop()
            down = await come_back(client, begun, code=code)
            provider.restart()

    for response in (hung, down):
        assert response.status_code == 503
        assert response.json()["code"] == "provider_unavailable"
        assert int(response.headers["Retry-After"]) >= 1


async def test_log_in_waits_for_no_absent_provider(
    settings: UserSettings, database: Database
) -> None:
    with Provider.running() as provider:
        provider.stop()
        given = settings.model_copy(update={"oidc_providers": (provider.settings(),)})
        async with started(create_app(given)) as client:
            response = await client.get(LOGIN)
            provider.restart()
            begun = await begin(client)

    assert (response.status_code, response.json()["code"]) == (
        503,
        "provider_unavailable",
    )
    assert "Set-Cookie" not in response.headers
    assert begun.url == f"{provider.issuer}/auth"
