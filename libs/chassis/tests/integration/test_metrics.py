"""The metrics that a scrape gets."""

import asyncio
import re
import time

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from chassis import (
    Database,
    Outbox,
)
from chassis._messaging.outbox_lag import measure_outbox_lag
from chassis.testing import Network, eventually, metric, replace_resources
from tests.messaging.things import ThingMade
from tests.tables import Outgoing

OPENMETRICS = {"Accept": "application/openmetrics-text; version=1.0.0"}
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
DURATION = 'http_request_duration_seconds_bucket{endpoint="/errors/{kind}"'
EXEMPLAR = rf'{re.escape(DURATION)}.* # {{trace_id="{TRACE_ID}"}}'


@pytest.mark.parametrize(("flag", "is_sampled"), [("01", True), ("00", False)])
async def test_sampled_trace_is_an_exemplar(
    client: httpx.AsyncClient, flag: str, is_sampled: bool
) -> None:
    before = len(re.findall(EXEMPLAR, await scrape(client)))
    traceparent = f"00-{TRACE_ID}-00f067aa0ba902b7-{flag}"
    await client.get("/errors/conflict", headers={"traceparent": traceparent})
    added = len(re.findall(EXEMPLAR, await scrape(client))) - before
    assert (added > 0) == is_sampled


async def test_request_with_query_is_counted_by_route(
    client: httpx.AsyncClient,
) -> None:
    def counted() -> float:
        return metric(
            "http_requests_total", method="GET", endpoint="/errors/{kind}", status="409"
        )

    before = counted()
    await client.get("/errors/conflict?verbose=1")
    assert counted() - before == 1


async def scrape(client: httpx.AsyncClient) -> str:
    answer = await client.get("/metrics", headers=OPENMETRICS)
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    return answer.text


async def test_disk_and_clock_are_measured_in_each_scrape(
    client: httpx.AsyncClient,
) -> None:
    before = time.time()
    await scrape(client)
    assert 0 < metric("disk_free_bytes") < metric("disk_size_bytes")
    assert before <= metric("clock_seconds") <= time.time()


async def test_scrape_does_not_wait_for_database(
    client: httpx.AsyncClient, app: FastAPI, database_network: tuple[Network, str]
) -> None:
    network, url = database_network
    network.hang()
    async with Database(url) as database:
        replace_resources(app, database=database)
        asking = asyncio.create_task(database.ping())
        answer = await client.get("/metrics")
        asking.cancel()
    assert answer.status_code == 200
    assert "database_pool_connections_max" in answer.text


async def test_scrape_has_state_of_pool(database_url: str) -> None:
    async def take() -> None:
        async with database.transaction() as session:
            await session.execute(text("SELECT 1"))
            await enough.wait()

    def pool() -> tuple[float, ...]:
        names = ("connections_in_use", "connections_max", "waiting")
        return tuple(metric(f"database_pool_{name}") for name in names)

    async def is_full() -> bool:
        return pool() == (2, 2, 1)

    enough = asyncio.Event()
    async with Database(database_url, pool_size=2) as database:
        assert pool() == (0, 2, 0)
        taking = [asyncio.create_task(take()) for _ in range(3)]
        await eventually(is_full)
        enough.set()
        await asyncio.gather(*taking)
        assert pool() == (0, 2, 0)


async def test_scrape_has_number_and_age_of_unpublished_events(
    database: Database,
) -> None:
    outbox = Outbox(Outgoing, "/tests", lambda: None)
    async with database.transaction() as session:
        outbox.within(session).add(ThingMade(name="sent"))
        outbox.within(session).add(ThingMade(name="old"))
        outbox.within(session).add(ThingMade(name="new"))
    await age(database, "sent_at = now()", "sent")
    await age(database, "created_at = now() - interval '1 minute'", "old")
    await measure_outbox_lag(database, Outgoing)
    assert metric("outbox_unpublished_events") == 2
    assert 60 <= metric("outbox_oldest_unpublished_age_seconds") < 120
    await age(database, "sent_at = now()", "")
    await measure_outbox_lag(database, Outgoing)
    assert metric("outbox_unpublished_events") == 0
    assert metric("outbox_oldest_unpublished_age_seconds") == 0


async def age(database: Database, change: str, name: str) -> None:
    async with database.transaction() as session:
        like = {"name": f'%"name":"{name}%'}
        await session.execute(
            text(f"UPDATE outbox SET {change} WHERE body LIKE :name"),  # noqa: S608
            like,
        )
