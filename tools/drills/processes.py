"""The platform of local mode, as a drill breaks it."""

import asyncio
import shlex
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from glob import glob
from pathlib import Path
from signal import Signals

import psutil
import psycopg
from sqlalchemy import make_url

from tools.drills.originals import Originals
from tools.faults import states
from tools.local.errors import PlatformError
from tools.local.files import write_private
from tools.local.lifecycle import Platform

# Appears in pg_stat_activity, where a forgotten session of a person would also be.
SESSION_NAME = "psql"


class Processes:
    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._originals = Originals(platform.layout.root)

    def url(self, service: str) -> str:
        return self.platform.url(service)

    def environment(self, name: str) -> Mapping[str, str]:
        return self.platform.environment(name)

    async def sql(self, service: str, *statements: str, database: str = "") -> None:
        connected = self._connect(service, database, autocommit=True)
        async with await connected as connection:
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

    def signal(self, name: str, number: Signals) -> None:
        top = psutil.Process(self.platform.pid(name))
        for process in (top, *top.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def hung(self, name: str) -> AbstractAsyncContextManager[None]:
        return states.hung(self.platform, name)

    async def restart_with(self, name: str, settings: Mapping[str, str]) -> None:
        launcher = self.platform.layout.launchers / name
        original = self._originals.keep(launcher).decode()
        exports = "".join(
            f"export {variable}={shlex.quote(value)}\n"
            for variable, value in settings.items()
        )
        # After the program's own settings, which end where it changes its folder.
        changed = original.replace("\ncd ", f"\n{exports}cd ", 1)
        write_private(launcher, changed, mode=0o700)
        await asyncio.to_thread(self.platform.kill, name)

    async def undo_settings(self, name: str) -> None:
        if self._originals.restore(self.platform.layout.launchers / name):
            await asyncio.to_thread(self.platform.kill, name)

    async def change_files(
        self, folder: str, pattern: str, change: Callable[[bytes], bytes]
    ) -> None:
        for path in await asyncio.to_thread(glob, f"{folder}/{pattern}"):
            write_private(Path(path), change(self._originals.keep(Path(path))))

    async def restore_files(self, folder: str) -> None:
        self._originals.restore(Path(folder))

    async def start(self, name: str) -> None:
        await asyncio.to_thread(self.platform.start, [name])

    def log(self, name: str) -> str:
        return self.platform.layout.log(name).read_text(errors="replace")

    async def _connect(
        self, service: str, database: str = "", *, autocommit: bool = False
    ) -> psycopg.AsyncConnection:
        url = make_url(self.environment(service)["DATABASE_URL"])
        if database:
            url = url.set(database=database)
        return await psycopg.AsyncConnection.connect(
            states.conninfo(url.render_as_string(hide_password=False)),
            autocommit=autocommit,
            application_name=SESSION_NAME,
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
