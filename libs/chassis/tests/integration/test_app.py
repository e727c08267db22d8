"""An application with the chassis around it."""

import httpx
import pytest

from chassis.testing import as_user


@pytest.mark.parametrize("sane", ["abc-123", "A.b_9"])
async def test_a_sane_request_id_is_kept(client: httpx.AsyncClient, sane: str) -> None:
    answer = await client.get("/", headers={"X-Request-ID": sane})
    assert answer.headers["X-Request-ID"] == sane


@pytest.mark.parametrize("odd", ["", "two words", "x" * 129, 'a"b'])
async def test_an_odd_request_id_is_replaced(
    client: httpx.AsyncClient, odd: str
) -> None:
    answer = await client.get("/", headers={"X-Request-ID": odd})
    assert len(answer.headers["X-Request-ID"]) == 32


async def test_requests_are_counted_by_their_route(client: httpx.AsyncClient) -> None:
    await client.post("/things/lamp")
    await client.get("/wp-login.php")
    metrics = (await client.get("/metrics")).text
    by_route = 'endpoint="/things/{name}",method="POST",status="201"'
    assert f"http_requests_total{{{by_route}}}" in metrics
    assert 'endpoint="unmatched",method="GET",status="404"' in metrics
    assert "http_request_duration_seconds_bucket" in metrics
    assert "wp-login" not in metrics


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/admin", as_user(1, "admin"), 200),
        ("/admin", as_user(7), 403),
        ("/admin", {"Authorization": "Bearer service:x"}, 403),
        ("/admin", {"Authorization": "Bearer forged"}, 401),
        ("/admin", {"Authorization": "Basic YTpi"}, 401),
        ("/admin", {}, 401),
        ("/internal", {"Authorization": "Bearer service:x"}, 200),
        ("/internal", as_user(1, "admin"), 403),
    ],
)
async def test_roles_open_doors(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await client.get(path, headers=headers)
    assert answer.status_code == status
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


async def test_the_front_page_leads_on(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).json()
    assert page["name"] == "thing-service"
    assert page["version"] == "1.2.3"
    for link in page["links"].values():
        assert (await client.get(link)).status_code == 200


async def test_the_openapi_document_tells_of_errors_and_of_logging_in(
    client: httpx.AsyncClient,
) -> None:
    document = (await client.get("/openapi.json")).json()
    price = document["paths"]["/prices"]["post"]["responses"]
    assert "application/problem+json" in price["422"]["content"]
    assert "413" in price
    assert "401" in document["paths"]["/admin"]["get"]["responses"]
    (scheme,) = document["components"]["securitySchemes"].values()
    assert scheme["flows"]["password"]["tokenUrl"] == "http://users.example/login"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [("http://shop.example", True), ("http://evil.example", False)],
)
async def test_origins_are_allowed_by_name(
    client: httpx.AsyncClient, origin: str, allowed: bool
) -> None:
    answer = await client.get("/", headers={"Origin": origin})
    assert (answer.headers.get("Access-Control-Allow-Origin") == origin) == allowed
