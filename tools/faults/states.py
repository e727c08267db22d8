"""The states of a platform in which a part is stopped, hangs or is locked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tools.local.lifecycle import Platform

State = Callable[[Platform, str], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def well(_: Platform, __: str) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def stopped(platform: Platform, name: str) -> AsyncIterator[None]:
    await asyncio.to_thread(platform.stop, [name])
    try:
        yield
    finally:
        await asyncio.to_thread(platform.start, [name], timeout=120)


@asynccontextmanager
async def hung(platform: Platform, name: str) -> AsyncIterator[None]:
    with platform.paused(name):
        yield


@asynccontextmanager
async def without_database(platform: Platform, service: str) -> AsyncIterator[None]:
    """The service's database takes no connections; those of the others do."""
    own = make_url(platform.environment(service)["DATABASE_URL"])
    elsewhere = conninfo(
        own.set(database="postgres").render_as_string(hide_password=False)
    )
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    name = sql.Identifier(own.database or "")
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    async with await psycopg.AsyncConnection.connect(
        elsewhere, autocommit=True
    ) as connection:
        await connection.execute(allow.format(name, sql.SQL("false")))
        try:
            await connection.execute(end, [own.database])
            yield
        finally:
            await connection.execute(allow.format(name, sql.SQL("true")))


@asynccontextmanager
async def with_locked_tables(platform: Platform, service: str) -> AsyncIterator[None]:
    """The service's database connects, and then hangs in every statement."""
    own = conninfo(platform.environment(service)["DATABASE_URL"])
    find = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    async with await psycopg.AsyncConnection.connect(own) as connection:
        tables = await (await connection.execute(find)).fetchall()
        names = sql.SQL(", ").join(sql.Identifier(table) for (table,) in tables)
        await connection.execute(sql.SQL("LOCK TABLE {}").format(names))
        yield


def conninfo(url: str) -> str:
    """Returns the URL of a database, as psycopg reads it."""
    return url.replace("postgresql+psycopg", "postgresql")
