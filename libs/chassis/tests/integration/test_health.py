"""Health, liveness and readiness of a service."""

import httpx
from fastapi import FastAPI

from tests.thing_service import lifespan_of


async def test_health_and_readiness(client: httpx.AsyncClient) -> None:
    health = (await client.get("/health")).json()
    assert health["status"] == "healthy"
    assert health["checks"] == {"database": "up"}
    assert health["timestamp"].endswith("Z")
    assert (await client.get("/health/live")).status_code == 200
    assert (await client.get("/health/ready")).status_code == 200


async def test_stopping_service_is_alive_but_not_ready(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    lifespan_of(app).shutdown.begin()
    assert (await client.get("/health/ready")).status_code == 503
    assert (await client.get("/health/live")).status_code == 200


async def test_health_is_degraded_or_unhealthy_without_dependencies(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    async def fail() -> None:
        raise ConnectionError

    health = lifespan_of(app).health
    health.add_probe("broker", fail)
    degraded = await client.get("/health")
    assert degraded.status_code == 200
    assert degraded.json()["status"] == "degraded"
    health.own = fail
    unhealthy = await client.get("/health")
    assert unhealthy.status_code == 503
    assert unhealthy.json()["checks"] == {"database": "down", "broker": "down"}
