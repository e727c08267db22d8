"""Requests above a limit are 429, and responses have the fields of the limit."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from starlette.types import Receive, Scope, Send

from app.config.settings import GatewaySettings
from app.limits.counters import KEY_PREFIX
from app.resources import Resources
from chassis import resources_of
from chassis.testing import metric
from tests.gateway import PATIENCE, serving
from tests.tokens import KEY, bearer
from tests.upstream import Upstream, answer

RATES = {
    "limit_anonymous": "3/hour",
    "limit_signed_in": "4/hour",
    "limit_sign_in": "2/hour",
    "limit_ai": "1/hour",
}
ADA = {"username": "ada", "password": "correct horse"}


@pytest_asyncio.fixture
async def settings(redis_url: str, upstream: Upstream) -> Mapping[str, Any]:
    async with Redis.from_url(redis_url) as redis:
        async for key in redis.scan_iter(f"{KEY_PREFIX}*"):
            await redis.delete(key)
    ai = {"ai_service_url": upstream.url}
    proxies = {"trusted_proxies": ["127.0.0.1"]}
    return {"redis_url": redis_url, **RATES, **ai, **proxies}


@pytest_asyncio.fixture
async def limited(
    upstream: Upstream, settings: Mapping[str, Any]
) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serving(upstream.url, **settings) as gateway,
        gateway.client() as client,
    ):
        yield client


async def statuses(
    client: httpx.AsyncClient, method: str, path: str, times: int, **request: Any
) -> list[int]:
    return [
        (await client.request(method, path, **request)).status_code
        for _ in range(times)
    ]


async def test_every_response_names_limit(limited: httpx.AsyncClient) -> None:
    response = await limited.get("/api/v1/products")

    assert response.headers["ratelimit-policy"] == '"anonymous";q=3;w=3600'
    assert response.headers["ratelimit"] == '"anonymous";r=2;t=3600'


async def test_request_above_limit_is_refused(
    limited: httpx.AsyncClient, upstream: Upstream
) -> None:
    before = metric("rate_limited_requests_total", policy="anonymous")
    assert await statuses(limited, "GET", "/api/v1/products", 3) == [200] * 3

    refused = await limited.get("/api/products")

    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_requests"
    seconds = int(refused.headers["retry-after"])
    assert 0 < seconds <= 3600
    assert refused.headers["ratelimit"] == f'"anonymous";r=0;t={seconds}'
    assert refused.headers["ratelimit-policy"] == '"anonymous";q=3;w=3600'
    assert len(upstream.requests) == 3
    assert metric("rate_limited_requests_total", policy="anonymous") == before + 1


@pytest.mark.parametrize("status", [429, 503])
async def test_limit_names_no_time_beside_retry_after(
    limited: httpx.AsyncClient, upstream: Upstream, status: int
) -> None:
    """The draft allows no `Retry-After` that is earlier than `t`."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, b"{}", status, headers=((b"retry-after", b"1"),))

    upstream.handler = handle

    response = await limited.get("/api/v1/products")

    assert (response.status_code, response.headers["retry-after"]) == (status, "1")
    assert response.headers["ratelimit"] == '"anonymous";r=2'


async def test_refusals_count_from_zero(limited: httpx.AsyncClient) -> None:
    """A rate needs the count before the first refusal."""
    assert limited
    for policy in ("anonymous", "signed-in", "sign-in", "ai"):
        assert (
            REGISTRY.get_sample_value("rate_limited_requests_total", {"policy": policy})
            is not None
        )


async def test_replicas_share_limit(
    upstream: Upstream, settings: Mapping[str, Any]
) -> None:
    async with (
        serving(upstream.url, **settings) as one,
        serving(upstream.url, **settings) as other,
        httpx.AsyncClient(timeout=PATIENCE) as client,
    ):
        answers = [
            await client.get(f"{gateway.url}/api/v1/products")
            for gateway in (one, other, one, other, one)
        ]

    assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        pytest.param("198.51.100.7", 429, id="the same address"),
        pytest.param("198.51.100.8", 200, id="another address"),
        pytest.param("203.0.113.9, 198.51.100.7", 429, id="a forged first entry"),
    ],
)
async def test_address_behind_proxy_has_its_limit(
    limited: httpx.AsyncClient, address: str, status: int
) -> None:
    first = {"X-Forwarded-For": "198.51.100.7"}
    await statuses(limited, "GET", "/api/v1/products", 3, headers=first)

    headers = {"X-Forwarded-For": address}
    response = await limited.get("/api/v1/products", headers=headers)

    assert response.status_code == status


@pytest.mark.parametrize(
    "path", ["/api/v1/auth/login", "/api/auth/login", "/api/v1/auth/register"]
)
async def test_sign_in_has_stricter_limit(
    limited: httpx.AsyncClient, path: str
) -> None:
    assert await statuses(limited, "POST", path, 3, json=ADA) == [200, 200, 429]
    session = await limited.post("/api/v1/auth/session", json=ADA)
    assert session.status_code == 429
    assert session.headers["ratelimit-policy"] == '"sign-in";q=2;w=3600'
    assert (await limited.get("/api/v1/products")).status_code == 200


async def test_signed_in_callers_count_by_user(
    upstream: Upstream, settings: Mapping[str, Any]
) -> None:
    def scope(subject: str) -> dict[str, Any]:
        return {
            "raw_path": b"/api/v1/products",
            "client": ("192.0.2.1", 50_000),
            "headers": [],
            "state": {"subject": subject},
        }

    async with serving(upstream.url, **settings) as gateway:
        limits = resources_of(gateway.app, Resources).request_limits
        of_ada = [await limits.admit(scope("7")) for _ in range(5)]
        of_bob = await limits.admit(scope("8"))

    assert [each.is_granted for each in of_ada] == [True] * 4 + [False]
    assert of_bob.is_granted
    assert of_bob.policy.name == "signed-in"


async def test_token_of_provider_counts_for_its_address(
    limited: httpx.AsyncClient,
) -> None:
    """Only user-service can verify it."""
    users = [KEY.token(iss="https://id.example", sub=sub) for sub in ("a", "b", "c")]
    for token in users:
        response = await limited.get("/api/v1/orders", headers=bearer(token))
        assert response.status_code == 200
        assert response.headers["ratelimit-policy"].startswith('"anonymous"')

    other = KEY.token(iss="https://id.example", sub="d")
    refused = await limited.get("/api/v1/orders", headers=bearer(other))
    assert refused.status_code == 429


async def test_ai_has_stricter_limit(limited: httpx.AsyncClient) -> None:
    assert await statuses(limited, "POST", "/api/v1/ai/chat", 2) == [200, 429]


async def test_forged_tokens_count_for_their_address(
    limited: httpx.AsyncClient,
) -> None:
    forged = {"Authorization": "Bearer a.b.c"}
    found = await statuses(limited, "GET", "/api/v1/orders", 4, headers=forged)

    assert found == [401, 401, 401, 429]
    refused = await limited.get("/api/v1/orders", headers=forged)
    assert refused.headers["ratelimit-policy"] == '"anonymous";q=3;w=3600'


async def test_unknown_paths_count_too(limited: httpx.AsyncClient) -> None:
    found = await statuses(limited, "GET", "/api/v1/nothing", 4)

    assert found == [404, 404, 404, 429]


@pytest.mark.parametrize("path", ["/health", "/docs", "/openapi.json", "/api", "/"])
async def test_own_pages_have_anonymous_limit(
    limited: httpx.AsyncClient, path: str
) -> None:
    assert await statuses(limited, "GET", path, 4) == [200, 200, 200, 429]


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_checks_of_orchestrators_have_no_limit(
    limited: httpx.AsyncClient, path: str
) -> None:
    assert await statuses(limited, "GET", path, 5) == [200] * 5
    assert "ratelimit" not in (await limited.get(path)).headers


async def test_pages_of_allowed_origins_can_read_limit(
    upstream: Upstream, settings: Mapping[str, Any]
) -> None:
    origin = "https://shop.example"
    async with (
        serving(upstream.url, **settings, allowed_origins=[origin]) as gateway,
        gateway.client(headers={"Origin": origin}) as client,
    ):
        answers = [await client.get("/api/v1/products") for _ in range(4)]

    for each in answers:
        assert each.headers["access-control-allow-origin"] == origin
        exposed = each.headers["access-control-expose-headers"]
        assert {"RateLimit", "RateLimit-Policy", "Retry-After"} <= set(
            exposed.split(", ")
        )


@pytest.mark.parametrize("name", RATES)
@pytest.mark.parametrize("rate", ["0/minute", "many", "600", "-1/second"])
def test_wrong_rate_is_refused(name: str, rate: str) -> None:
    with pytest.raises(ValueError, match="such as 600/minute"):
        GatewaySettings.model_validate({name: rate})
