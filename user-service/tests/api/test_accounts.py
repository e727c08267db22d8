"""Access to accounts, the caller's own and those of others."""

import httpx
import pytest
from pydantic import SecretStr

from app.config.settings import UserSettings
from app.main import create_app
from chassis.testing import started
from tests.factories import Account, bearer, log_in, service_headers, sign_up

ADMINISTRATOR = {
    "admin_username": "root",
    "admin_password": SecretStr("rule them all"),
}


async def test_user_reads_own_account(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client, full_name="Ada Lovelace")

    response = await client.get("/me", headers=ada.headers)

    assert (response.status_code, response.json()) == (200, ada.user)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer garbage"}])
async def test_account_requires_valid_token(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await client.get("/me", headers=headers)

    assert (response.status_code, response.json()["code"]) == (401, "not_authenticated")


async def test_startup_creates_first_administrator(
    client: httpx.AsyncClient, settings: UserSettings
) -> None:
    async with started(create_app(settings.model_copy(update=ADMINISTRATOR))):
        tokens = (await log_in(client, "root", "rule them all")).json()

    response = await client.get("/me", headers=bearer(tokens["access_token"]))

    assert response.json()["role"] == "admin"


async def test_administrator_reads_any_account(
    client: httpx.AsyncClient, admin: Account
) -> None:
    ada = await sign_up(client)

    response = await client.get(f"/users/{ada.user['id']}", headers=admin.headers)

    assert (response.status_code, response.json()) == (200, ada.user)


async def test_service_reads_any_account(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)

    response = await client.get(
        f"/users/{ada.user['id']}", headers=await service_headers(client)
    )

    assert (response.status_code, response.json()) == (200, ada.user)


async def test_customer_cannot_read_accounts_by_id(client: httpx.AsyncClient) -> None:
    ada = await sign_up(client)

    response = await client.get(f"/users/{ada.user['id']}", headers=ada.headers)

    assert (response.status_code, response.json()["code"]) == (403, "role_required")


async def test_unknown_account_is_not_found(
    client: httpx.AsyncClient, admin: Account
) -> None:
    response = await client.get(f"/users/{2**63 - 1}", headers=admin.headers)

    assert (response.status_code, response.json()["code"]) == (404, "user_not_found")


@pytest.mark.parametrize("user_id", [0, -1, 2**63, "seven"])
async def test_malformed_user_id_is_invalid(
    client: httpx.AsyncClient, admin: Account, user_id: object
) -> None:
    response = await client.get(f"/users/{user_id}", headers=admin.headers)

    assert response.status_code == 422
