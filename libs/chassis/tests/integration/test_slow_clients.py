"""A request must end in time; an idle connection need not."""

import asyncio
import time

from tests.raw_http import (
    GET,
    HOST,
    JSON,
    POST,
    PRICE,
    Server,
    request,
)


async def test_idle_connection_is_not_hurried(server: Server) -> None:
    """A browser opens one ahead of its need; only a begun request must end in time."""
    reader, writer = await asyncio.open_connection(server.host, server.port)
    begun = time.monotonic()
    begun_head = b"%b\r\n%bX: " % (GET, HOST)
    begun_body = b"%b\r\n%b%b\r\n%b" % (POST, HOST, JSON, PRICE[:9])
    slow = await asyncio.gather(server.send(begun_head), server.send(begun_body))
    assert [answer.status for answer in slow] == [408, 408]
    assert time.monotonic() - begun >= 9
    writer.write(request(GET, HOST))
    async with asyncio.timeout(10):
        assert (await reader.read()).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_slow_client_is_disconnected_and_delays_no_other(
    impatient_server: Server,
) -> None:
    host, port = impatient_server.host, impatient_server.port
    slow = [await asyncio.open_connection(host, port) for _ in range(100)]
    for _, writer in slow:
        writer.write(b"%b\r\n%b%b\r\n{" % (POST, HOST, JSON))
    price = await impatient_server.send(request(POST, HOST, JSON, body=PRICE))
    assert price.status == 200
    async with asyncio.timeout(30):
        answers = await asyncio.gather(*(reader.readline() for reader, _ in slow))
    assert set(answers) == {b"HTTP/1.1 408 Request Timeout\r\n"}
    for _, writer in slow:
        writer.close()
