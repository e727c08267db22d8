"""Health, liveness and readiness of a service."""

import httpx
import pytest
from fastapi import FastAPI

from chassis.testing import eventually, metric, started
from tests.thing_service import lifespan_of


async def test_health_and_readiness(client: httpx.AsyncClient) -> None:
    health = (await client.get("/health")).json()
    assert health["status"] == "healthy"
    assert health["checks"] == {"database": "up"}
    assert health["timestamp"].endswith("Z")
    assert (await client.get("/health/live")).status_code == 200
    assert (await client.get("/health/ready")).status_code == 200


async def test_dependencies_are_measured_without_a_request(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis._http.dependency_metrics.CHECK_SECONDS", 0.05)

    async def fail() -> None:
        raise ConnectionError

    async def is_measured(database: float) -> bool:
        return metric("dependency_up", dependency="database") == database

    async with started(app):
        await eventually(lambda: is_measured(1))
        lifespan_of(app).health.own = fail
        await eventually(lambda: is_measured(0))


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
