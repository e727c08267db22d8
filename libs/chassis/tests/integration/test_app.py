"""An application with the chassis around it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Annotated

import httpx
import pytest
import pytest_asyncio
from fastapi import Body, FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from chassis import (
    Conflict,
    CurrentAdmin,
    CurrentService,
    Database,
    Invalid,
    Money,
    RequestBody,
    ServiceInfo,
    ServiceSettings,
    SessionDep,
    Unavailable,
    build_app,
)
from chassis.testing import FakeTokenValidator, as_user, started
from tests.tables import Thing


class ThingIsBusy(Conflict):
    """For the tests."""


class ThingIsOdd(Invalid):
    """For the tests."""


class ThingIsAway(Unavailable):
    """For the tests."""


class Price(RequestBody):
    price: Money


ERRORS: dict[str, Exception] = {
    "conflict": ThingIsBusy("it is busy", thing_id=7),
    "invalid": ThingIsOdd("it is odd", "name"),
    "unavailable": ThingIsAway("it is away"),
    "bug": ZeroDivisionError("a secret of ours"),
}


@asynccontextmanager
async def resources(app: FastAPI) -> AsyncIterator[None]:
    app.state.token_validator = FakeTokenValidator()
    yield


def add_routes(app: FastAPI) -> None:
    @app.post("/things/{name}", status_code=201)
    async def make(name: str, session: SessionDep) -> None:
        session.add(Thing(name=name))

    @app.get("/errors/{kind}")
    async def fail(kind: str) -> None:
        raise ERRORS[kind]

    @app.post("/prices")
    async def price(body: Annotated[Price, Body()]) -> Decimal:
        return body.price

    @app.get("/admin")
    async def admin(user: CurrentAdmin) -> int:
        return user.user_id

    @app.get("/internal")
    async def internal(service: CurrentService) -> str:
        return service.username


@pytest_asyncio.fixture
async def client(
    database: Database, database_url: str
) -> AsyncIterator[httpx.AsyncClient]:
    settings = ServiceSettings(
        environment="test",
        database_url=SecretStr(database_url),
        allowed_origins=("http://shop.example",),
        token_url="http://users.example/login",
    )
    app = build_app(
        ServiceInfo("thing-service", "1.2.3", "Things."), settings, resources
    )
    add_routes(app)
    async with started(app) as client:
        yield client


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("conflict", 409, "thing_is_busy"),
        ("invalid", 422, "thing_is_odd"),
        ("unavailable", 503, "thing_is_away"),
        ("bug", 500, "internal_error"),
    ],
)
async def test_an_error_is_a_problem_document(
    client: httpx.AsyncClient, kind: str, status: int, code: str
) -> None:
    headers = {"X-Request-ID": "abc-123"}
    answer = await client.get(f"/errors/{kind}", headers=headers)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["instance"] == f"/errors/{kind}"
    assert problem["request_id"] == "abc-123"
    assert problem["title"]
    assert "secret" not in answer.text


async def test_a_problem_has_the_context_of_its_error(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/errors/conflict")).json()["thing_id"] == 7
    invalid = (await client.get("/errors/invalid")).json()
    assert invalid["errors"] == [{"field": "name", "message": "it is odd"}]
    unavailable = await client.get("/errors/unavailable")
    assert unavailable.headers["Retry-After"] == "1"


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/prices", 405)])
async def test_the_routers_own_errors_are_problems_too(
    client: httpx.AsyncClient, path: str, status: int
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    assert answer.json()["code"] in ("not_found", "method_not_allowed")


async def test_an_invalid_body_names_its_fields(client: httpx.AsyncClient) -> None:
    answer = await client.post("/prices", json={"price": "1.001", "name": "x"})
    assert answer.status_code == 422
    assert {e["field"] for e in answer.json()["errors"]} == {"price", "name"}


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
async def test_what_is_not_json_is_422(client: httpx.AsyncClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/prices", content=body, headers=headers)
    assert answer.status_code == 422


async def in_pieces() -> AsyncIterator[bytes]:
    for _ in range(17):
        yield b" " * 65536


@pytest.mark.parametrize("body", [b" " * (1024 * 1024 + 1), in_pieces()])
async def test_a_body_over_one_mebibyte_is_413(
    client: httpx.AsyncClient, body: bytes | AsyncIterator[bytes]
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/prices", content=body, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["code"] == "content_too_large"
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("price", "status"),
    [
        (19.99, 200),
        ("19.99", 200),
        (0.01, 200),
        ("99999999.99", 200),
        (0, 422),
        ("-1", 422),
        ("100000000", 422),
        ("0.001", 422),
        (True, 422),
        ("NaN", 422),
        ("Infinity", 422),
        ("", 422),
        (None, 422),
        ([], 422),
    ],
)
async def test_money_is_exact(
    client: httpx.AsyncClient, price: object, status: int
) -> None:
    answer = await client.post("/prices", json={"price": price})
    assert answer.status_code == status


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


async def test_a_commit_that_fails_is_never_answered_201(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.transaction() as session:
        await session.execute(
            text(
                "ALTER TABLE things ADD CONSTRAINT lazy UNIQUE (name)"
                " DEFERRABLE INITIALLY DEFERRED"
            )
        )
        await session.execute(text("ALTER TABLE things DROP CONSTRAINT uq_things_name"))
    try:
        assert (await client.post("/things/lamp")).status_code == 201
        assert (await client.post("/things/lamp")).status_code == 500
    finally:
        async with database.transaction() as session:
            await session.execute(text("ALTER TABLE things DROP CONSTRAINT lazy"))
            await session.execute(
                text("ALTER TABLE things ADD CONSTRAINT uq_things_name UNIQUE (name)")
            )


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


async def test_health_and_readiness(client: httpx.AsyncClient) -> None:
    health = (await client.get("/health")).json()
    assert health["status"] == "healthy"
    assert health["checks"] == {"database": "up"}
    assert health["timestamp"].endswith("Z")
    assert (await client.get("/health/live")).status_code == 200
    assert (await client.get("/health/ready")).status_code == 200


async def test_a_service_that_stops_is_alive_but_not_ready(
    client: httpx.AsyncClient,
) -> None:
    app = client._transport.app  # type: ignore[attr-defined]
    app.state.health.stopping = True
    assert (await client.get("/health/ready")).status_code == 503
    assert (await client.get("/health/live")).status_code == 200


async def test_without_its_peers_a_service_is_degraded_and_without_its_database_unwell(
    client: httpx.AsyncClient,
) -> None:
    async def fail() -> None:
        raise ConnectionError

    health = client._transport.app.state.health  # type: ignore[attr-defined]
    health.peers["broker"] = fail
    degraded = await client.get("/health")
    assert degraded.status_code == 200
    assert degraded.json()["status"] == "degraded"
    health.own = fail
    unhealthy = await client.get("/health")
    assert unhealthy.status_code == 503
    assert unhealthy.json()["checks"] == {"database": "down", "broker": "down"}
