"""The platform of local mode, as a drill breaks it."""

import asyncio
import shlex
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import make_url

from tools.drills.originals import Originals
from tools.drills.target import Files
from tools.faults import states
from tools.local import broker_watch
from tools.local.errors import NotRunning, PlatformError
from tools.local.files import write_private
from tools.local.lifecycle import Platform

# Appears in pg_stat_activity, where a forgotten session of a person would also be.
SESSION_NAME = "psql"
SUSPENDED_SECONDS, RUNNING_SECONDS = 1.2, 0.15


class Processes:
    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._root = platform.layout.root
        self._originals = Originals(self._root)

    def require_running(self) -> None:
        self.platform.states()

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
        command = ["rabbitmqctl", "--quiet", *words]
        await asyncio.to_thread(self._run, "rabbitmq", command)

    async def run_script(self, service: str, script: Path, *words: str) -> None:
        await asyncio.to_thread(
            self._run, service, [sys.executable, str(script), *words]
        )

    async def lend(self, service: str, file: Path) -> str:
        return str(file)

    async def restart_with(self, service: str, settings: Mapping[str, str]) -> None:
        exports = "".join(
            f"export {variable}={shlex.quote(value)}\n"
            for variable, value in settings.items()
        ).encode()
        # After the program's own settings, which end where it changes its folder.
        await self.change_files(
            _launcher(service),
            lambda own: own.replace(b"\ncd ", b"\n" + exports + b"cd ", 1),
        )

    async def undo_settings(self, service: str) -> None:
        await self.restore_files(_launcher(service))

    async def change_files(
        self, files: Files, change: Callable[[bytes], bytes]
    ) -> None:
        await asyncio.to_thread(self._change, files.local, change)
        await self._restart(files.reader)

    def _change(self, pattern: str, change: Callable[[bytes], bytes]) -> None:
        for path in self._root.glob(pattern):
            original = self._originals.keep(path)
            mode = stat.S_IMODE(path.stat().st_mode)
            write_private(path, change(original), mode=mode)

    async def restore_files(self, files: Files) -> None:
        if self._originals.restore(self._root, files.local):
            await self._restart(files.reader)
            await asyncio.to_thread(self.platform.start, [files.reader])

    def hung(self, name: str) -> AbstractAsyncContextManager[None]:
        return states.hung(self.platform, name)

    @asynccontextmanager
    async def throttled(self, name: str) -> AsyncIterator[None]:
        task = asyncio.create_task(self._throttle(name))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _throttle(self, name: str) -> None:
        while True:
            async with self.hung(name):
                await asyncio.sleep(SUSPENDED_SECONDS)
            await asyncio.sleep(RUNNING_SECONDS)

    async def resume(self, name: str) -> None:
        top = psutil.Process(self.platform.pid(name))
        for process in (top, *top.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                process.resume()

    def unwatched(self) -> AbstractAsyncContextManager[None]:
        return self.hung(broker_watch.NAME)

    async def watch(self) -> None:
        await self.resume(broker_watch.NAME)

    def log(self, name: str) -> str:
        return self.platform.layout.log(name).read_text(errors="replace")

    async def _restart(self, name: str) -> None:
        # A program that cannot start does not run.
        with suppress(NotRunning):
            await asyncio.to_thread(self.platform.kill, name)

    async def _connect(
        self, service: str, database: str = "", *, autocommit: bool = False
    ) -> psycopg.AsyncConnection:
        url = make_url(self.platform.environment(service)["DATABASE_URL"])
        if database:
            url = url.set(database=database)
        return await psycopg.AsyncConnection.connect(
            states.conninfo(url.render_as_string(hide_password=False)),
            autocommit=autocommit,
            application_name=SESSION_NAME,
        )

    def _run(self, name: str, command: Sequence[str]) -> None:
        """Runs the command in the program's folder and environment."""
        done = subprocess.run(  # noqa: S603 -- every word is our own
            command,
            cwd=self.platform.directory(name),
            env=dict(self.platform.environment(name)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise PlatformError(f"{command[0]}: {done.stderr or done.stdout}")


def _launcher(service: str) -> Files:
    return Files(service, f"run/{service}", "env")
