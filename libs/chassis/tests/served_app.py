"""An application behind the protocol of the services, in the process of the tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from uvicorn import Config
from uvicorn.server import ServerState

from chassis._http.protocol import HttpProtocol
from tests.raw_http import Server


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[tuple[Server, list[HttpProtocol]]]:
    """Yields the server, and the protocols of its connections."""
    config = Config(app, log_config=None, access_log=False, ws="none")
    state = ServerState()
    connections: list[HttpProtocol] = []

    def connection() -> HttpProtocol:
        connections.append(HttpProtocol(config, state, {}))
        return connections[-1]

    loop = asyncio.get_running_loop()
    serving = await loop.create_server(connection, "127.0.0.1")
    yield Server(*serving.sockets[0].getsockname()), connections
    serving.close()
