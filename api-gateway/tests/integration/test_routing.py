"""Listed paths reach their services, and no others."""

import httpx
import pytest

from chassis._peers import http_client
from tests.gateway import Gateway
from tests.upstream import Upstream


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/api/v1/products", "/products"),
        ("/api/products", "/products"),
        ("/api/v1/products/7?q=a%20b&q=c", "/products/7?q=a%20b&q=c"),
        ("/api/v1/inventory/7/transactions", "/inventory/7/transactions"),
        ("/api/v1/orders/7", "/orders/7"),
        ("/api/v1/notifications/stream", "/notifications/stream"),
        ("/api/v1/users", "/users"),
        ("/api/v1/users/7", "/users/7"),
        ("/api/v1/users/me", "/me"),
        ("/api/v1/users/me/sessions/x", "/me/sessions/x"),
        ("/api/v1/users/mean", "/users/mean"),
        ("/api/v1/auth/login", "/login"),
        ("/api/auth/register", "/register"),
        ("/.well-known/x", "/.well-known/x"),
        ("/api/v1/.well-known/x", "/.well-known/x"),
        ("/api/v1/products/a%2Fb%00%ff", "/products/a%2Fb%00%ff"),
        ("/api/v1/products/a;b=c", "/products/a;b=c"),
    ],
)
async def test_listed_path_reaches_its_service(
    client: httpx.AsyncClient, upstream: Upstream, path: str, target: str
) -> None:
    answer = await client.get(httpx.URL(path))
    assert answer.status_code == 200
    assert [request["target"] for request in upstream.requests] == [target]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/reservations/7",
        "/api/v1/oauth/token",
        "/api/v1/validate-token",
        "/api/v1/token-changes",
        "/api/v1/dead-letters",
        "/api/v1/health",
        "/api/v1/metrics",
        "/api/v1/ai/chat",
        "/api/v1/auth/other",
        "/api/v1/auth/login/x",
        "/api/v1/",
        "/api/",
        "/api/v2/products",
        "/api/v1/Products",
        "/api/v1/products/",
        "/api/v1//products",
        "/api/v1/products//7",
        "//api/v1/products",
        "/api//v1/products",
        "/api/v1/products/../reservations/7",
        "/api/v1/products/./7",
        "/api/v1/products/%2e%2e/reservations/7",
        "/api/v1/products/..%2freservations/7",
        "/api/v1/products/%252e%252e/reservations/7",
        "/api/v1/products/..;/reservations/7",
        "/api/v1/products/..%5creservations",
        "/api/v1/products;x=1/7",
        "/api/v1/products%2F7",
        "/api/v1%2Fproducts",
        "/api%2Fv1/products",
        "/%61pi/v1/products",
        "/api/v1/%70roducts",
        "/api/v1/users/me/../../validate-token",
        "/.well-known/../validate-token",
    ],
)
async def test_unlisted_path_is_not_found(
    gateway: Gateway, upstream: Upstream, path: str
) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = await gateway.send(head.encode())
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"application/problem+json" in answer
    assert upstream.requests == []


async def test_gateway_introduces_itself(client: httpx.AsyncClient) -> None:
    for path in ("/", "/api", "/api/v1"):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert answer.json()["name"] == "api-gateway"


async def test_gateway_reports_health_and_readiness(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A test machine that stalls is no service that is down.
    monkeypatch.setattr(http_client, "PING_SECONDS", 10.0)
    health = (await client.get("/health")).json()
    assert health["status"] == "healthy"
    assert health["checks"]["redis"] == "up"
    assert "database" not in health["checks"]
    assert health["checks"]["order-service"] == "up"
    assert (await client.get("/health/ready")).status_code == 200


async def test_metrics_are_not_public(client: httpx.AsyncClient) -> None:
    assert (await client.get("/metrics")).status_code == 404


async def test_refresh_cookie_is_not_passed_on(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    jar = {"Cookie": "a=1; pannier-refresh=secret"}
    await client.get("/api/v1/products", headers=jar)

    headers = dict(upstream.requests[0]["headers"])
    assert headers[b"cookie"] == b"a=1"
