"""Services get tokens of their own."""

import httpx
import pytest

from tests.factories import ORDER_SERVICE, service_headers

GRANT = {"grant_type": "client_credentials"}


async def test_a_service_names_itself_by_http_basic(client: httpx.AsyncClient) -> None:
    answer = await client.post("/oauth/token", data=GRANT, auth=ORDER_SERVICE)

    assert answer.status_code == 200
    granted = answer.json()
    assert granted.pop("access_token")
    assert granted == {"token_type": "bearer", "expires_in": 300}
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_service_names_itself_in_the_form(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/oauth/token",
        data={
            **GRANT,
            "client_id": ORDER_SERVICE.client_id,
            "client_secret": ORDER_SERVICE.secret,
        },
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "credentials",
    [
        pytest.param(("order-service", "wrong"), id="wrong secret"),
        pytest.param(("order-service", ""), id="empty secret"),
        pytest.param(("nobody", ORDER_SERVICE.secret), id="unknown client"),
        pytest.param(("nobody", ""), id="unknown client, empty secret"),
    ],
)
async def test_wrong_credentials_are_refused(
    client: httpx.AsyncClient, credentials: tuple[str, str]
) -> None:
    answer = await client.post("/oauth/token", data=GRANT, auth=credentials)

    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_client")


async def test_no_credentials_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/oauth/token", data=GRANT)

    assert (answer.status_code, answer.json()["code"]) == (401, "unknown_client")


@pytest.mark.parametrize("header", ["Basic", "Basic !", "Basic ////", "Bearer x"])
async def test_a_strange_header_is_refused(
    client: httpx.AsyncClient, header: str
) -> None:
    headers = {"Authorization": header}

    answer = await client.post("/oauth/token", data=GRANT, headers=headers)

    assert answer.status_code == 401


async def test_another_grant_is_not_supported(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/oauth/token", data={"grant_type": "password"}, auth=ORDER_SERVICE
    )

    assert answer.status_code == 400
    assert answer.json()["code"] == "unsupported_grant_type"


async def test_a_service_has_no_account(client: httpx.AsyncClient) -> None:
    answer = await client.get("/me", headers=await service_headers(client))

    assert answer.status_code == 403
