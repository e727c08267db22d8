"""The gateway as it is served, in the process of the tests."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from app.config.settings import GatewaySettings
from app.main import create_app
from app.proxy.pool import Pool
from app.resources import Resources
from chassis import resources_of
from chassis._http.quiet_server import QuietServer
from chassis.server import configuration
from chassis.testing import eventually

PATIENCE = 30.0


@dataclass(frozen=True)
class Gateway:
    app: FastAPI
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pools(self) -> dict[str, Pool]:
        proxy = resources_of(self.app, Resources).proxy
        return {name: upstream.pool for name, upstream in proxy.upstreams.items()}

    @property
    def in_use(self) -> int:
        """The connections to services that carry an exchange."""
        return sum(pool.in_use for pool in self.pools.values())

    def client(self, **given: Any) -> httpx.AsyncClient:
        """Returns a client that waits for longer than the test machine stalls."""
        return httpx.AsyncClient(base_url=self.url, timeout=PATIENCE, **given)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def send(self, request: bytes) -> bytes:
        """Sends bytes, and returns what comes until the connection ends."""
        reader, writer = await self.connect()
        writer.write(request)
        async with asyncio.timeout(PATIENCE):
            answer = await reader.read()
        writer.close()
        return answer


@asynccontextmanager
async def serving(url: str, **changed: Any) -> AsyncIterator[Gateway]:
    """Serves the gateway with all services at one URL."""
    settings = GatewaySettings(
        **{
            "environment": "test",
            "user_service_url": url,
            "product_service_url": url,
            "order_service_url": url,
            "notification_service_url": url,
            "redis_url": "redis://127.0.0.1:9/0",
            "metrics_port": 0,
            # Not that of the repository, which may have been built.
            "storefront_dir": "/nowhere",
            **changed,
        }
    )
    app = create_app(settings)
    async with served(app) as port:
        yield Gateway(app, port)


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[int]:
    """Serves an ASGI app with the chassis' server, and yields its port."""
    config = configuration("unused")
    config.app, config.factory = app, False
    config.timeout_graceful_shutdown = 1
    server = QuietServer(config)
    listener = socket.create_server(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve([listener]))
    await eventually(lambda: _has_started(server, task))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def _has_started(server: uvicorn.Server, task: asyncio.Task[None]) -> bool:
    return server.started or task.done()
