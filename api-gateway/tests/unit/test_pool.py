"""A connection that cannot carry a request is never used."""

import asyncio
import socket

import pytest

from app.proxy import pool
from app.proxy.connection import Connection
from app.proxy.pool import Pool
from chassis import PeerUnreachable


class Lost(Connection):
    """A connection that the service resets as soon as it is there."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        transport.abort()


async def test_connection_that_is_lost_at_once_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool, "Connection", Lost)
    with socket.create_server(("127.0.0.1", 0)) as service:
        host, port = service.getsockname()
        connections = Pool("product-service", f"http://{host}:{port}")
        with pytest.raises(PeerUnreachable):
            await connections.take()
    assert connections.in_use == 0
