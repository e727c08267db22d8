"""A log-in at a provider that is refused, replayed or not answered opens nothing."""

from typing import Any

import httpx
import pytest

from app.config.settings import UserSettings
from app.main import create_app
from app.security import provider_login
from chassis import Database
from chassis.testing import started
from tests.openid_provider import Provider
from tests.provider_browser import LOGIN, BegunLogin, begin, cleared, come_back


async def count_users(database: Database) -> int:
    async with database.transaction() as session:
        rows = await session.connection()
        found = await rows.exec_driver_sql("SELECT count(*) FROM users")
    number: int = found.scalar_one()
    return number


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


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ({"roles_claim": None, "admin_values": ()}, 200),
        ({"roles_claim": "realm_access.roles"}, 503),
    ],
)
async def test_unpublished_key_matters_only_for_roles(
    settings: UserSettings, database: Database, roles: dict[str, Any], status: int
) -> None:
    with Provider.running() as provider:
        providers = (provider.settings(**roles),)
        given = settings.model_copy(update={"oidc_providers": providers})
        async with started(create_app(given)) as client:
            begun = await begin(client)
            del provider.documents["/realms/shop/keys"]
            token = provider.token({"kid": "unpublished"}, sub="kate")
            code = provider.grant(begun.sent["nonce"], token, sub="kate")
            response = await come_back(client, begun, code=code)

    assert response.status_code == status


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
