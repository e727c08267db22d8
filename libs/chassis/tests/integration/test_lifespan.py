"""The order in which a service starts and stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr
from sqlalchemy import select

from chassis import (
    Database,
    DatabaseResources,
    DatabaseSettings,
    Lifespan,
    Worker,
    build_app,
    resources_of,
)
from chassis.testing import FakeTokenValidator, eventually, started
from tests.tables import Thing
from tests.thing_service import THING_SERVICE


class LoopOf:
    name = "loop"

    def __init__(self, steps: list[str]) -> None:
        self._steps = steps

    async def run(self) -> None:
        self._steps.append("loop started")
        try:
            await asyncio.Event().wait()
        finally:
            self._steps.append("loop stopped")


def settings(database_url: str) -> DatabaseSettings:
    return DatabaseSettings(environment="test", database_url=SecretStr(database_url))


async def test_loops_run_while_resources_are_open(database_url: str) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def connection(name: str) -> AsyncIterator[None]:
        steps.append(f"{name} opened")
        yield
        steps.append(f"{name} closed")

    async def open_resources(
        lifespan: Lifespan, _: DatabaseSettings
    ) -> DatabaseResources:
        lifespan.run(LoopOf(steps))
        lifespan.shutdown.add_listener(lambda: steps.append("shutdown begun"))
        await lifespan.stack.enter_async_context(connection("first"))
        await lifespan.stack.enter_async_context(connection("second"))
        return DatabaseResources(FakeTokenValidator(), lifespan.database)

    app = build_app(THING_SERVICE, settings(database_url), open_resources)
    async with started(app):
        await asyncio.sleep(0)
        steps.append("serving")
    assert steps == [
        "first opened",
        "second opened",
        "loop started",
        "serving",
        "shutdown begun",
        "loop stopped",
        "second closed",
        "first closed",
    ]


async def test_worker_is_woken_when_its_work_is_committed(
    database: Database, database_url: str
) -> None:
    found: list[str] = []
    has_looked = asyncio.Event()

    async def find() -> int:
        async with database.transaction() as session:
            found.extend(await session.scalars(select(Thing.name)))
        has_looked.set()
        return 0

    async def open_resources(
        lifespan: Lifespan, _: DatabaseSettings
    ) -> DatabaseResources:
        finder = Worker("finder", find, interval=60)
        lifespan.run(finder)
        lifespan.wake(finder, lambda row: isinstance(row, Thing) and row.name == "lamp")
        return DatabaseResources(FakeTokenValidator(), lifespan.database)

    async def finds(*names: str) -> None:
        async def check() -> bool:
            return found == list(names)

        await eventually(check)

    app = build_app(THING_SERVICE, settings(database_url), open_resources)
    async with started(app):
        served = resources_of(app, DatabaseResources).database
        await has_looked.wait()
        async with served.transaction() as session:
            session.add(Thing(name="vase"))
            session.add(thing := Thing(name="cup"))
        assert found == []
        async with served.transaction() as session:
            (await session.merge(thing, load=False)).name = "lamp"
        await finds("vase", "lamp")
