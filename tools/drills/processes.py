"""The platform of local mode, as a drill breaks it."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import psycopg

from tools.faults import states
from tools.local.errors import PlatformError
from tools.local.files import write_private
from tools.local.lifecycle import Platform

# Appears in pg_stat_activity, where a forgotten session of a person would also be.
SESSION_NAME = "psql"


class Processes:
    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def url(self, service: str) -> str:
        return self.platform.url(service)

    def environment(self, name: str) -> Mapping[str, str]:
        return self.platform.environment(name)

    async def sql(self, service: str, *statements: str) -> None:
        async with await self._connect(service, autocommit=True) as connection:
            for statement in statements:
                await connection.execute(statement.encode())

    @asynccontextmanager
    async def session(self, service: str, *statements: str) -> AsyncIterator[None]:
        async with await self._connect(service) as connection:
            for statement in statements:
                await connection.execute(statement.encode())
            yield
            await connection.rollback()

    async def broker(self, *words: str) -> None:
        await asyncio.to_thread(self._broker, *words)

    def stopped(self, name: str) -> AbstractAsyncContextManager[None]:
        return states.stopped(self.platform, name)

    def hung(self, name: str) -> AbstractAsyncContextManager[None]:
        return states.hung(self.platform, name)

    @asynccontextmanager
    async def started_with(
        self, name: str, environment: Mapping[str, str]
    ) -> AsyncIterator[None]:
        """Restarts the program with these settings; then, with its own again."""
        program = self.platform.program(name)
        changed = replace(program, environment={**program.environment, **environment})
        launcher = self.platform.layout.launchers / name
        write_private(launcher, changed.launcher(), mode=0o700)
        await asyncio.to_thread(self.platform.kill, name)
        try:
            yield
        finally:
            await self.restart(name)

    async def restart(self, name: str) -> None:
        """Restarts the program with its own settings."""
        await asyncio.to_thread(self.platform.stop, [name])
        await asyncio.to_thread(self.platform.start, [name])

    def log(self, name: str) -> str:
        return self.platform.layout.log(name).read_text(errors="replace")

    async def _connect(
        self, service: str, *, autocommit: bool = False
    ) -> psycopg.AsyncConnection:
        url = self.environment(service)["DATABASE_URL"]
        return await psycopg.AsyncConnection.connect(
            states.conninfo(url), autocommit=autocommit, application_name=SESSION_NAME
        )

    def _broker(self, *words: str) -> None:
        done = subprocess.run(  # noqa: S603 -- every word is our own
            ["rabbitmqctl", "--quiet", *words],  # noqa: S607 -- on the broker's PATH
            env=dict(self.environment("rabbitmq")),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise PlatformError(f"rabbitmqctl: {done.stderr or done.stdout}")
