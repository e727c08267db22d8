"""A connection to a service can be used again after any exchange that ended well."""

import asyncio
from unittest.mock import Mock

from app.proxy.connection import Connection

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
RESPONSE = b"HTTP/1.1 204 No Content\r\n\r\n"


async def test_timeout_beside_its_response_spares_next_request() -> None:
    connection = Connection()
    transport = Mock(spec=asyncio.Transport)
    transport.is_closing.return_value = False
    connection.connection_made(transport)
    connection.begin(REQUEST, is_head=False)
    waiting = asyncio.create_task(connection.await_response(10))
    await asyncio.sleep(0)

    # Both in one turn of the event loop.
    connection.data_received(RESPONSE)
    connection._expire(10)
    await waiting
    connection.finish()

    connection.begin(REQUEST, is_head=False)
    connection.data_received(RESPONSE)
    await connection.await_response(10)
    assert connection.status == 204
    transport.abort.assert_not_called()
