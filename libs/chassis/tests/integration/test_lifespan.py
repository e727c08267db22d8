"""The order in which a service starts and stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from chassis import Lifespan, Resources, ServiceSettings, build_app
from chassis.testing import FakeTokenValidator, started
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


async def test_loops_run_while_resources_are_open(database_url: str) -> None:
    steps: list[str] = []

    @asynccontextmanager
    async def connection(name: str) -> AsyncIterator[None]:
        steps.append(f"{name} opened")
        yield
        steps.append(f"{name} closed")

    async def open_resources(lifespan: Lifespan, _: ServiceSettings) -> Resources:
        lifespan.run(LoopOf(steps))
        lifespan.shutdown.add_listener(lambda: steps.append("shutdown begun"))
        await lifespan.stack.enter_async_context(connection("first"))
        await lifespan.stack.enter_async_context(connection("second"))
        return Resources(lifespan.database, FakeTokenValidator())

    settings = ServiceSettings(environment="test", database_url=SecretStr(database_url))
    async with started(build_app(THING_SERVICE, settings, open_resources)):
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
