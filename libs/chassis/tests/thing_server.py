"""The thing service in a process of its own, as services are served."""

import asyncio
import os
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from socket import socket

import httpx

from chassis.testing import eventually

THINGS = "tests.thing_service:create_app"
SERVER = ("-m", "chassis.server", THINGS)
LINGERING_SERVER = ("-m", "tests.lingering_server", THINGS)
IMPATIENT_SERVER = ("-m", "tests.impatient_server", THINGS)


def free_port() -> int:
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def ended(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the server until it exits by itself."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, *SERVER, *arguments],
        env={**os.environ, "DATABASE_URL": "postgresql://db/things", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@asynccontextmanager
async def served_things(
    database_url: str, program: Sequence[str] = SERVER, **environment: str
) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    """The process, and a client of it."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *program, "--host=localhost", f"--port={port}"),
        env={**os.environ, "DATABASE_URL": database_url, **environment},
    )
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:

        async def is_ready() -> bool:
            try:
                return (await client.get("/health/ready")).is_success
            except httpx.TransportError:
                return False

        try:
            await eventually(is_ready, within=30)
            yield process, client
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
