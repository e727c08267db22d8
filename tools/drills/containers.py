"""The platform in containers, as a drill breaks it."""

import asyncio
import json
import shlex
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from observability.lines import container_logs
from tools.compose.vault import DATABASES
from tools.drills import handed_out
from tools.drills.docker import conversation, docker
from tools.drills.target import Files
from tools.local.errors import NotRunning, PlatformError
from tools.local.layout import REPOSITORY

# A drill ends by itself before.
LOGGED_SECONDS = 3600
THROTTLED_CPUS = "0.05"
IS_OPEN = "the transaction is open"
SECRETS = "/run/secrets"


class Containers:
    """
    Args:
        urls: the URL of each service.
    """

    def __init__(self, urls: Mapping[str, str]) -> None:
        self._urls = urls

    def require_running(self) -> None:
        if not _output("ps", "--quiet"):
            raise NotRunning("The platform is not running: `make up` starts it.")

    def url(self, service: str) -> str:
        return self._urls[service]

    def environment(self, name: str) -> Mapping[str, str]:
        script = f"set -a; . {SECRETS}/env; env -0"
        printed = _output("exec", "-T", name, "sh", "-c", script).split("\0")
        return dict(line.split("=", 1) for line in printed if line)

    def log(self, name: str) -> str:
        return "\n".join(container_logs(time.time() - LOGGED_SECONDS, name))

    async def sql(self, service: str, *statements: str, database: str = "") -> None:
        commands = (f"--command={statement}" for statement in statements)
        await docker(*_psql(service, database), *commands)

    @asynccontextmanager
    async def session(self, service: str, *statements: str) -> AsyncIterator[None]:
        lines = ("BEGIN", *statements, f"\\echo {IS_OPEN}")
        typed = ";\n".join(lines).encode() + b"\n"
        # psql rolls back when its input ends.
        async with conversation(*_psql(service), typed=typed, until=IS_OPEN):
            yield

    async def broker(self, *words: str) -> None:
        await docker(*_exec("rabbitmq"), "rabbitmqctl", "--quiet", *words)

    async def run_script(self, service: str, script: Path, *words: str) -> None:
        content = await asyncio.to_thread(script.read_bytes)
        await docker(*_exec(service), "python", "-", *words, stdin=content)

    async def lend(self, service: str, file: Path) -> str:
        path = f"{handed_out.LENT}/{file.name}"
        content = await asyncio.to_thread(file.read_bytes)
        await handed_out.write(service, {path: content})
        return f"{SECRETS}/{path}"

    async def restart_with(self, service: str, settings: Mapping[str, str]) -> None:
        added = "".join(f"{name}={shlex.quote(v)}\n" for name, v in settings.items())
        await self.change_files(_settings(service), lambda own: own + added.encode())

    async def undo_settings(self, service: str) -> None:
        await self.restore_files(_settings(service))

    async def change_files(
        self, files: Files, change: Callable[[bytes], bytes]
    ) -> None:
        own = await handed_out.read(files.reader, files.containers)
        changed = {path: change(content) for path, content in own.items()}
        await handed_out.write(files.reader, changed)
        await _restart(files.reader)

    async def restore_files(self, files: Files) -> None:
        if await handed_out.restore(files.reader, files.containers):
            await _restart(files.reader)

    @asynccontextmanager
    async def hung(self, name: str) -> AsyncIterator[None]:
        # Not `docker compose pause`, which every list of containers would show.
        await _signal_all(name, "STOP")
        try:
            yield
        finally:
            await _signal_all(name, "CONT")

    @asynccontextmanager
    async def throttled(self, name: str) -> AsyncIterator[None]:
        await _limit_processor(name, THROTTLED_CPUS)
        try:
            yield
        finally:
            await self.resume(name)

    async def resume(self, name: str) -> None:
        await _signal_all(name, "CONT")
        await _limit_processor(name, await _configured_cpus(name))

    def unwatched(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()  # no container restarts the broker

    async def watch(self) -> None:
        pass


def _settings(service: str) -> Files:
    # start.sh reads this file after the environment of the container.
    return Files(service, f"run/{service}", "env")


def _exec(name: str) -> tuple[str, ...]:
    return ("compose", "exec", "-T", name)


def _psql(service: str, database: str = "") -> tuple[str, ...]:
    role = service.replace("-", "_")
    return (
        *_exec(DATABASES[service]),
        *("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"),
        *(f"--username={role}", f"--dbname={database or f'{role}_db'}"),
    )


async def _signal_all(name: str, signal: str) -> None:
    """Sends the signal to all processes of the container but its first, which waits."""
    await docker(*_exec(name), "sh", "-c", f"kill -{signal} -1")


async def _limit_processor(name: str, cpus: str) -> None:
    container = (await docker("compose", "ps", "--quiet", name)).decode().strip()
    await docker("update", "--cpus", cpus, container)


async def _configured_cpus(name: str) -> str:
    services = json.loads(await docker("compose", "config", "--format", "json"))
    limits = services["services"][name]["deploy"]["resources"]["limits"]
    return str(limits["cpus"])


async def _restart(name: str) -> None:
    # At once, as after a crash: a drill does not wait for requests in flight.
    await docker("compose", "restart", "--no-deps", "--timeout", "0", name)


def _output(*words: str) -> str:
    done = subprocess.run(  # noqa: S603 -- every word is our own
        ["docker", "compose", *words],  # noqa: S607
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise PlatformError(f"docker compose {words[0]}: {done.stderr.strip()}")
    return done.stdout
