"""Transactions of a database that works, hangs or is unavailable."""

import asyncio
import gc
import time
import traceback

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from chassis import Database, DatabaseUnavailable, Deadline
from chassis.testing import Network, eventually
from tests.stopwatch import stopwatch
from tests.tables import Thing

SLOW = text("SELECT pg_sleep(30)")
IS_SLEEPING = text(
    "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = :process"
)
# In seconds, for transactions of which no time limit is under test.
PATIENCE = 30.0


async def names(database: Database) -> list[str]:
    async with database.transaction() as session:
        return list(await session.scalars(select(Thing.name)))


async def test_transaction_is_committed_at_its_end(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Thing(name="lamp"))
    assert await names(database) == ["lamp"]


async def test_error_rolls_back_transaction(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            session.add(Thing(name="lamp"))
            await session.flush()
            raise KeyError("anything")

    with pytest.raises(KeyError):
        await fail()
    assert await names(database) == []


async def test_slow_query_is_cancelled(database: Database) -> None:
    async with stopwatch() as waited:
        with pytest.raises(DatabaseUnavailable):
            async with database.transaction(Deadline.after(0.2)) as session:
                await session.execute(SLOW)
    assert waited.seconds < 2
    assert await names(database) == []


async def test_cancelled_task_ends_at_once(
    database: Database,
) -> None:
    process: int | None = None

    async def wait() -> None:
        nonlocal process
        async with database.transaction(Deadline.after(PATIENCE)) as session:
            process = await session.scalar(text("SELECT pg_backend_pid()"))
            await session.execute(SLOW)

    async def is_waiting() -> bool:
        async with database.reading() as connection:
            found = await connection.scalar(IS_SLEEPING, {"process": process})
        return found is True

    task = asyncio.create_task(wait())
    await eventually(is_waiting)
    task.cancel()
    async with stopwatch() as waited:
        with pytest.raises(asyncio.CancelledError):
            await task
    assert waited.seconds < 2


async def test_cancelled_query_leaves_no_connection(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Simulates a busy event loop, on which psycopg lets other tasks run at each step.
    monkeypatch.setattr("psycopg.waiting.MAX_BUSY_TIME", 0)
    async with Database(database_url, pool_size=1) as database:

        async def look() -> None:
            async with database.reading() as connection:
                await connection.execute(text("SELECT 1"))

        await look()
        # Objects that are there already need not be collected again each time.
        gc.collect()
        gc.freeze()
        for steps in range(20):
            task = asyncio.create_task(look())
            for _ in range(steps):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            # Would warn of a connection that is still open.
            gc.collect()
        gc.unfreeze()


async def test_cancelled_connect_leaves_no_connection() -> None:
    connected, left = asyncio.Event(), asyncio.Event()

    async def keep_silent(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        connected.set()
        await reader.read()
        left.set()
        writer.close()

    async with await asyncio.start_server(keep_silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        url = f"postgresql+psycopg://ada@127.0.0.1:{port}/things"
        async with Database(url, pool_size=1) as database:
            task = asyncio.create_task(names(database))
            await asyncio.wait_for(connected.wait(), 10)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            async with stopwatch() as waited:
                await asyncio.wait_for(left.wait(), 10)
            assert waited.seconds < 2


async def test_database_recovers_after_server_hung(
    database: Database, database_network: tuple[Network, str]
) -> None:
    network, url = database_network
    async with Database(url, pool_size=2) as through_network:
        await through_network.ping()
        network.hang()
        for _ in range(3):
            with pytest.raises(DatabaseUnavailable):
                async with through_network.reading(Deadline.after(0.2)) as connection:
                    await connection.execute(text("SELECT 1"))
        network.resume()
        await through_network.ping()


@pytest.mark.usefixtures("database_may_hang")
async def test_request_fails_in_time_while_server_hangs(
    database_network: tuple[Network, str],
) -> None:
    network, url = database_network
    async with Database(url, pool_size=1) as through_network:
        async with through_network.reading(Deadline.after(PATIENCE)) as connection:
            await connection.execute(text("SELECT 1"))
        network.hang()
        async with stopwatch() as waited:
            with pytest.raises(DatabaseUnavailable):
                await names(through_network)
        assert waited.seconds < 3


@pytest.mark.parametrize("moment", ["flush", "commit"])
async def test_write_is_cancelled_when_server_hangs(
    database: Database, database_network: tuple[Network, str], moment: str
) -> None:
    network, url = database_network

    async def write(through_network: Database) -> None:
        async with through_network.transaction(Deadline.after(0.3)) as session:
            session.add(Thing(name="lamp"))
            if moment == "commit":
                await session.flush()
            network.hang()

    async with Database(url, pool_size=1) as through_network:
        await through_network.ping()
        async with stopwatch() as waited:
            with pytest.raises(DatabaseUnavailable):
                await write(through_network)
        assert waited.seconds < 2
        network.resume()
        await names(through_network)  # the pool has its only place back


async def test_waiting_for_the_server_costs_no_cpu(database: Database) -> None:
    before = time.process_time()
    async with database.reading(Deadline.after(PATIENCE)) as connection:
        await connection.execute(text("SELECT pg_sleep(1)"))
    assert time.process_time() - before < 0.3


async def test_broken_constraint_is_logged_without_row(database: Database) -> None:
    with pytest.raises(IntegrityError) as error:
        async with database.transaction() as session:
            session.add_all([Thing(name="hunter2"), Thing(name="hunter2")])
    shown = "".join(traceback.format_exception(error.value))
    assert "uq_things_name" in shown
    assert "hunter2" not in shown.replace('name="hunter2"', "")


async def test_database_recovers_after_server_was_lost(
    database_network: tuple[Network, str],
) -> None:
    network, url = database_network
    async with Database(url, pool_size=2) as through_network:
        await through_network.ping()
        network.cut()
        with pytest.raises(DatabaseUnavailable):
            await through_network.ping()
        network.mend()
        await through_network.ping()


async def test_exhausted_pool_is_unavailable(database_url: str) -> None:
    async with (
        Database(database_url, pool_size=1) as small,
        small.transaction(Deadline.after(PATIENCE)) as session,
    ):
        await session.execute(text("SELECT 1"))
        with pytest.raises(DatabaseUnavailable):
            await names(small)
        await small.ping()


async def test_broken_constraint_is_not_unavailable(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add_all([Thing(name="lamp"), Thing(name="lamp")])
