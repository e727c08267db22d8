"""Services obtain tokens with their client credentials."""

from typing import Any

import httpx
import pytest

from tests.factories import ORDER_SERVICE, service_headers

GRANT = {"grant_type": "client_credentials"}


async def test_service_authenticates_with_http_basic(client: httpx.AsyncClient) -> None:
    response = await client.post("/oauth/token", data=GRANT, auth=ORDER_SERVICE)

    assert response.status_code == 200
    granted = response.json()
    assert granted.pop("access_token")
    assert granted == {"token_type": "bearer", "expires_in": 300}
    assert response.headers["Cache-Control"] == "no-store"


async def test_service_authenticates_with_form(client: httpx.AsyncClient) -> None:
    response = await client.post(
        "/oauth/token",
        data={
            **GRANT,
            "client_id": ORDER_SERVICE.client_id,
            "client_secret": ORDER_SERVICE.secret,
        },
    )

    assert response.status_code == 200


@pytest.mark.parametrize(
    "credentials",
    [
        pytest.param(("order-service", "wrong"), id="wrong secret"),
        pytest.param(("order-service", ""), id="empty secret"),
        pytest.param(("unknown", ORDER_SERVICE.secret), id="unknown client"),
        pytest.param(("unknown", ""), id="unknown client, empty secret"),
    ],
)
async def test_wrong_credentials_are_rejected(
    client: httpx.AsyncClient, credentials: tuple[str, str]
) -> None:
    response = await client.post("/oauth/token", data=GRANT, auth=credentials)

    assert_oauth_error(response, 401, "invalid_client")
    assert response.headers["WWW-Authenticate"] == "Basic"


@pytest.mark.parametrize(
    "credentials",
    [{}, {"client_id": "order-service"}, {"client_id": "x", "client_secret": "y"}],
)
async def test_wrong_credentials_in_form_are_400(
    client: httpx.AsyncClient, credentials: dict[str, str]
) -> None:
    response = await client.post("/oauth/token", data=GRANT | credentials)

    assert_oauth_error(response, 400, "invalid_client")
    assert "WWW-Authenticate" not in response.headers


def assert_oauth_error(response: httpx.Response, status: int, error: str) -> None:
    assert response.status_code == status
    problem = response.json()
    assert (problem["status"], problem["error"]) == (status, error)
    assert problem["error_description"].isascii()
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("header", ["Basic !", "Basic ////", "basic eDp5"])
async def test_malformed_basic_header_is_401(
    client: httpx.AsyncClient, header: str
) -> None:
    headers = {"Authorization": header}

    response = await client.post("/oauth/token", data=GRANT, headers=headers)

    assert_oauth_error(response, 401, "invalid_client")
    assert response.headers["WWW-Authenticate"] == "Basic"


async def test_authorization_of_another_scheme_is_ignored(
    client: httpx.AsyncClient,
) -> None:
    headers = {"Authorization": "Bearer x"}

    response = await client.post("/oauth/token", data=GRANT, headers=headers)

    assert_oauth_error(response, 400, "invalid_client")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
        ({}, "invalid_request"),
        ({"grant_type": ["client_credentials"] * 2}, "invalid_request"),
        (GRANT | {"scope": ["a", "b"]}, "invalid_request"),
        (GRANT | {"client_secret": "too"}, "invalid_request"),
        (GRANT | {"client_id": "product-service"}, "invalid_request"),
        ({"grant_type": "a\0"}, "invalid_request"),
        ({"grant_type": "a" * 2000}, "invalid_request"),
    ],
)
async def test_malformed_grant_is_400(
    client: httpx.AsyncClient, form: dict[str, Any], error: str
) -> None:
    response = await client.post("/oauth/token", data=form, auth=ORDER_SERVICE)

    assert_oauth_error(response, 400, error)


async def test_token_endpoint_explains_that_it_expects_form(
    client: httpx.AsyncClient,
) -> None:
    response = await client.post("/oauth/token", json=GRANT, auth=ORDER_SERVICE)

    assert_oauth_error(response, 400, "invalid_request")
    assert response.json()["error_description"] == (
        "send a form, grant_type=..., with the header"
        " Content-Type: application/x-www-form-urlencoded"
    )


async def test_unknown_parameters_are_ignored(client: httpx.AsyncClient) -> None:
    form = GRANT | {"scope": "x", "audience": "y", "resource": ""}

    response = await client.post("/oauth/token", data=form, auth=ORDER_SERVICE)

    assert response.status_code == 200


async def test_client_may_repeat_its_id_in_form(client: httpx.AsyncClient) -> None:
    form = GRANT | {"client_id": ORDER_SERVICE.client_id}

    response = await client.post("/oauth/token", data=form, auth=ORDER_SERVICE)

    assert response.status_code == 200


async def test_basic_credentials_may_be_form_encoded(client: httpx.AsyncClient) -> None:
    encoded = ("order%2Dservice", ORDER_SERVICE.secret)

    response = await client.post("/oauth/token", data=GRANT, auth=encoded)

    assert response.status_code == 200


async def test_service_has_no_account(client: httpx.AsyncClient) -> None:
    response = await client.get("/me", headers=await service_headers(client))

    assert response.status_code == 403
