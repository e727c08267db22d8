"""Redis cut off or hung costs speed only, and nothing old is left when it is back."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select

from app.models import CacheInvalidation
from chassis import Database
from chassis.redis_client import link
from chassis.testing import REDIS_SECONDS, Network, eventually
from tests.factories import AS_OWNER, offer, reserve


@pytest.fixture
def network(cache_network: tuple[Network, str]) -> Network:
    return cache_network[0]


@pytest.fixture
def client(remote: httpx.AsyncClient) -> httpx.AsyncClient:
    return remote


@contextmanager
def outage(network: Network, how: str) -> Iterator[None]:
    """Lets Redis fail. Only meanwhile it has the time limit of production."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "RESPONSE_SECONDS", REDIS_SECONDS)
        network.cut() if how == "cut" else network.hang()
        yield
    network.mend()
    network.resume()


@pytest.mark.parametrize("how", ["cut", "hung"])
async def test_service_works_without_redis(
    client: httpx.AsyncClient, network: Network, how: str
) -> None:
    lamp = await offer(client, name="Lamp", quantity=10)
    await client.get(f"/products/{lamp}")
    with outage(network, how):
        change = await client.patch(
            f"/products/{lamp}", json={"name": "Lantern"}, headers=AS_OWNER
        )
        assert change.status_code == 200
        assert (await reserve(client, 17, {lamp: 4})).status_code == 200
        shown = (await client.get(f"/products/{lamp}")).json()
        assert (shown["name"], shown["quantity"]) == ("Lantern", 6)
        assert (await client.get("/products")).json() == [shown]
        assert (await client.get("/products/search?q=lantern")).json() == [shown]


async def test_requests_share_one_attempt_while_redis_hangs(
    client: httpx.AsyncClient,
    network: Network,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lamp = await offer(client)

    async def queue_is_empty() -> bool:
        async with database.transaction() as session:
            waiting = select(func.count()).select_from(CacheInvalidation)
            return await session.scalar(waiting) == 0

    # Its worker would ask Redis too.
    await eventually(queue_is_empty)
    await client.get(f"/products/{lamp}")
    monkeypatch.setattr(link, "PAUSE_SECONDS", 3600)
    with outage(network, "hung"):
        for number in range(20):
            # The query differs, so that there is no copy of the response.
            path = f"/products/{lamp}?number={number}"
            assert (await client.get(path)).status_code == 200
        assert network.held == 1


@pytest.mark.parametrize("how", ["cut", "hung"])
async def test_changes_are_visible_five_seconds_after_redis_returns(
    client: httpx.AsyncClient, network: Network, redis: Redis, how: str
) -> None:
    lamp = await offer(client, name="Lamp")
    await client.get(f"/products/{lamp}")
    with outage(network, how):
        await client.patch(f"/products/{lamp}", json={"name": "New"}, headers=AS_OWNER)
        stored = await redis.hget(f"product:{lamp}", "body")
        assert stored is not None
        assert b'"Lamp"' in stored

    async def is_stamped() -> bool:
        return b'"Lamp"' not in (await redis.hget(f"product:{lamp}", "body") or b"")

    await eventually(is_stamped, within=5)
    assert (await client.get(f"/products/{lamp}")).json()["name"] == "New"


@pytest.mark.parametrize("how", ["cut", "hung"])
async def test_cache_is_used_again_after_outage(
    client: httpx.AsyncClient, network: Network, redis: Redis, how: str
) -> None:
    lamp = await offer(client)
    with outage(network, how):
        await client.get(f"/products/{lamp}")

    async def is_cached() -> bool:
        await client.get(f"/products/{lamp}")
        return bool(await redis.hexists(f"product:{lamp}", "body"))

    assert await eventually(is_cached)


@pytest.mark.parametrize("how", ["cut", "hung"])
async def test_service_without_redis_is_degraded(
    client: httpx.AsyncClient, network: Network, how: str
) -> None:
    async def is_degraded() -> bool:
        answer = await client.get("/health")
        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert answer.json()["checks"]["redis"] == "down"
        return True

    with outage(network, how):
        await eventually(is_degraded)
