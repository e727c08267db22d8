"""Clients notice the cache only by its speed."""

import asyncio
import time
from functools import partial
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY
from redis.asyncio import Redis
from sqlalchemy import RowMapping, text

from app.clients import cache as cache_module
from app.repositories.catalogue import get_offered
from app.services import read_product
from chassis import Database
from chassis._http.admission import AT_WORK
from chassis.testing import eventually
from tests.factories import AS_OWNER, offer, reserve, settle


def asked(cache: str, outcome: str) -> float:
    labels = {"cache": cache, "outcome": outcome}
    return REGISTRY.get_sample_value("cache_requests_total", labels) or 0


async def rename(database: Database, name: str) -> None:
    """Behind the back of the service, to tell the cache from the database."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE products SET name = :name"), {"name": name})


async def name_of(client: httpx.AsyncClient, product_id: int) -> str:
    return str((await client.get(f"/products/{product_id}")).json()["name"])


async def is_copied(client: httpx.AsyncClient, product_id: int) -> bool:
    """Reads the product; returns whether the response was a copy in memory."""
    copies = asked("product", "copy")
    await client.get(f"/products/{product_id}")
    return asked("product", "copy") > copies


async def test_cached_product_is_read_once(
    client: httpx.AsyncClient, database: Database
) -> None:
    lamp = await offer(client, name="Lamp")
    first = await client.get(f"/products/{lamp}")
    await eventually(partial(is_copied, client, lamp))
    await rename(database, "Unseen")
    copies = asked("product", "copy")
    second = await client.get(f"/products/{lamp}")
    assert (second.content, second.headers["ETag"]) == (
        first.content,
        first.headers["ETag"],
    )
    assert asked("product", "copy") == copies + 1


async def test_concurrent_misses_read_once(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Requests do not share a load across the moment when invalidations begin to arrive.
    # A copy shows that they do.
    await eventually(partial(is_copied, client, await offer(client)))
    lamp = await offer(client)
    reads = 0

    async def counted(*arguments: Any) -> RowMapping:
        nonlocal reads
        reads += 1
        await eventually(all_at_work_have_missed)
        return await get_offered(*arguments)

    async def all_at_work_have_missed() -> bool:
        return asked("product", "miss") == misses + AT_WORK

    misses = asked("product", "miss")
    monkeypatch.setattr(read_product, "get_offered", counted)
    answers = await asyncio.gather(
        *(client.get(f"/products/{lamp}") for _ in range(50))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert reads == 1


async def test_seller_sees_own_change_at_once(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, name="Lamp", quantity=10)
    for number in range(20):
        await name_of(client, lamp)
        change = {"name": f"Lamp {number}"}
        await client.patch(f"/products/{lamp}", json=change, headers=AS_OWNER)
        assert await name_of(client, lamp) == f"Lamp {number}"


async def test_reservation_is_visible_in_product(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, quantity=10)

    async def left() -> int:
        return int((await client.get(f"/products/{lamp}")).json()["quantity"])

    assert await left() == 10
    await reserve(client, 17, {lamp: 4})
    assert await left() == 6
    await settle(client, 17, "release")
    assert await left() == 10


async def test_withdrawn_product_leaves_cache(client: httpx.AsyncClient) -> None:
    lamp = await offer(client)
    await name_of(client, lamp)
    await client.delete(f"/products/{lamp}", headers=AS_OWNER)
    assert (await client.get(f"/products/{lamp}")).status_code == 404


async def test_page_is_cached(
    client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It does not expire, however long the requests take.
    monkeypatch.setattr(cache_module, "PAGE_SECONDS", 3600)
    await offer(client, name="Lamp")
    await client.get("/products?limit=5&sort=newest")
    await rename(database, "Lantern")
    cached = await client.get("/products?sort=newest&limit=5&junk=1")
    assert cached.json()[0]["name"] == "Lamp"
    assert cached.headers["X-Total-Count"] == "1"


async def test_cached_page_expires_within_five_seconds(
    client: httpx.AsyncClient, database: Database
) -> None:
    await offer(client, name="Lamp")
    await client.get("/products?limit=5")
    await rename(database, "Lantern")
    changed_at = last_unseen_at = time.monotonic()

    async def is_seen() -> bool:
        nonlocal last_unseen_at
        asked_at = time.monotonic()
        page = await client.get("/products?limit=5")
        if page.json()[0]["name"] == "Lantern":
            return True
        last_unseen_at = asked_at
        return False

    await eventually(is_seen)
    assert last_unseen_at - changed_at < 5


async def test_seller_sees_new_product_in_list(client: httpx.AsyncClient) -> None:
    for count in range(1, 6):
        await offer(client)
        assert len((await client.get("/products")).json()) == count


async def test_inventory_is_never_cached(
    client: httpx.AsyncClient, database: Database
) -> None:
    path = f"/inventory/{await offer(client)}"
    await client.get(path)
    async with database.transaction() as session:
        await session.execute(text("UPDATE stock SET on_hand = 3"))
    assert (await client.get(path)).json()["quantity"] == 3


async def test_empty_redis_is_filled_again(
    client: httpx.AsyncClient, redis: Redis
) -> None:
    lamp = await offer(client, name="Lamp")
    assert await name_of(client, lamp) == "Lamp"
    await redis.flushdb()

    async def is_filled() -> bool:
        assert await name_of(client, lamp) == "Lamp"
        return await redis.hget(f"product:{lamp}", "body") is not None

    # While there is a copy of the response, Redis is not read.
    await eventually(is_filled)
