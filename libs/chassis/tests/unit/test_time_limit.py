"""A response that is there in time counts, however late the event loop is."""

import asyncio
import socket
import time
from collections.abc import Iterator

import pytest

from chassis._time_limit import time_limit

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        yield ours, theirs


async def test_blocked_loop_still_reads_what_has_arrived(pair: Pair) -> None:
    ours, theirs = pair
    loop = asyncio.get_running_loop()

    async def ask() -> bytes:
        async with time_limit(0.5):
            return await loop.sock_recv(ours, 1)

    asked = asyncio.create_task(ask())
    await asyncio.sleep(0)
    theirs.send(b"x")
    time.sleep(0.6)  # noqa: ASYNC251 - the loop is blocked until the time is over
    assert await asked == b"x"


async def test_time_ends_without_response(pair: Pair) -> None:
    ours, _ = pair
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(10), time_limit(0.01) as limit:
            await asyncio.get_running_loop().sock_recv(ours, 1)
    assert limit.expired()
