"""A service refuses more replicas than its database has connections for."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from sqlalchemy import make_url

from chassis import Database
from chassis._database.connection_limit import ConnectionLimit
from chassis.testing import Network, eventually, temporary_database
from tests.thing_server import SERVER, ended, free_port


@pytest.fixture(scope="module")
def limited_url() -> Iterator[str]:
    """A database that allows 30 connections."""
    with temporary_database() as url:
        execute(url, f'ALTER DATABASE "{make_url(url).database}" CONNECTION LIMIT 30')
        yield url


def execute(url: str, statement: str) -> tuple[int, ...]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return (cursor.fetchone() or ()) if cursor.description else ()


@pytest.mark.parametrize(("replicas", "pool_size"), [(1, 21), (2, 10), (11, 1)])
async def test_replicas_within_the_limit_are_accepted(
    limited_url: str, replicas: int, pool_size: int
) -> None:
    async with Database(limited_url, pool_size=1) as database:
        await ConnectionLimit(database, replicas, pool_size).require()


@pytest.mark.parametrize(
    ("replicas", "pool_size", "counted", "remedies"),
    [
        (3, 10, "3 x (10 + 1) connections are 33", ("REPLICAS to 2", "SIZE to 6")),
        (2, 11, "2 x (11 + 1) connections are 24", ("REPLICAS to 1", "SIZE to 10")),
        (1, 22, "1 x (22 + 1) connections are 23", ("SIZE to 21",)),
        (12, 1, "12 x (1 + 1) connections are 24", ("REPLICAS to 11",)),
        (40, 90, "40 x (90 + 1) connections are 3640", ()),
    ],
)
async def test_replicas_above_the_limit_are_refused(
    limited_url: str,
    replicas: int,
    pool_size: int,
    counted: str,
    remedies: tuple[str, ...],
) -> None:
    async with Database(limited_url, pool_size=1) as database:
        with pytest.raises(SystemExit) as refusal:
            await ConnectionLimit(database, replicas, pool_size).require()
    sentence = str(refusal.value)
    assert counted in sentence
    assert "the database has 22 for this service" in sentence
    _, _, advice = sentence.rpartition(": ")
    *lower, rise = advice.split(", or ")
    assert rise == "raise the CONNECTION LIMIT of the database"
    assert [each.partition(" ")[2] for each in lower] == [
        each.replace("SIZE", "DATABASE_POOL_SIZE") for each in remedies
    ]


async def test_reserve_of_the_server_is_not_counted(database_url: str) -> None:
    query = (
        "SELECT current_setting('max_connections')::int"
        " - current_setting('superuser_reserved_connections')::int"
    )
    [usable] = execute(database_url, query)
    async with Database(database_url, pool_size=1) as database:
        await ConnectionLimit(database, 1, usable - 9).require()
        with pytest.raises(SystemExit, match=r"or raise max_connections$"):
            await ConnectionLimit(database, 1, usable - 8).require()


async def test_limit_of_the_role_counts_too(database_url: str) -> None:
    execute(database_url, "CREATE ROLE limited LOGIN PASSWORD 'x' CONNECTION LIMIT 12")
    try:
        url = make_url(database_url).set(username="limited", password="x")
        async with Database(
            url.render_as_string(hide_password=False), pool_size=1
        ) as database:
            await ConnectionLimit(database, 1, 3).require()
            with pytest.raises(SystemExit, match=r"CONNECTION LIMIT of the role$"):
                await ConnectionLimit(database, 1, 4).require()
    finally:
        execute(database_url, "DROP ROLE limited")


async def test_refused_service_exits_with_the_sentence(limited_url: str) -> None:
    process = await asyncio.to_thread(
        ended,
        *("--host=localhost", f"--port={free_port()}"),
        DATABASE_URL=limited_url,
        REPLICAS="3",
    )
    assert process.returncode == 3
    assert process.stderr.splitlines() == [
        "error: REPLICAS: 3 x (10 + 1) connections are 33, but the database has 22 for"
        " this service (8 stay free for people and migrations): lower REPLICAS to 2,"
        " or lower DATABASE_POOL_SIZE to 6, or raise the CONNECTION LIMIT of the"
        " database"
    ]


async def test_service_started_without_database_is_refused_later(
    limited_url: str,
) -> None:
    async with Network.before(limited_url) as (network, database_url):
        network.cut()
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *SERVER, "--host=localhost", f"--port={port}"),
            env={**os.environ, "DATABASE_URL": database_url, "REPLICAS": "3"},
            stderr=PIPE,
        )
        try:
            url = f"http://localhost:{port}"
            async with httpx.AsyncClient(base_url=url, timeout=30) as client:
                await eventually(lambda: is_alive(client), within=60)
                assert (await client.get("/health/ready")).status_code == 503
            network.mend()
            async with asyncio.timeout(60):
                _, errors = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
    assert b"error: REPLICAS: 3 x (10 + 1) connections are 33" in errors


async def is_alive(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/live")).is_success
    except httpx.TransportError:
        return False


async def test_concurrent_pings_take_one_connection(limited_url: str) -> None:
    async with (
        Network.before(limited_url) as (network, url),
        Database(url) as database,
    ):
        network.hang()
        pings = [asyncio.create_task(database.ping()) for _ in range(50)]
        await eventually(lambda: has_held(network))
        network.resume()
        await asyncio.gather(*pings)
    assert network.held == 1


async def has_held(network: Network) -> bool:
    return network.held > 0
