"""A response that is there in time counts, however late the event loop is."""

import asyncio
import socket
import time
from collections.abc import Iterator

import pytest
import uvloop
from starlette.types import Message, Scope

from chassis._http import body
from chassis._time_limit import renewed_time_limit, time_limit

Pair = tuple[socket.socket, socket.socket]


def connected() -> Pair:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    return ours, theirs


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = connected()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def other_pair() -> Iterator[Pair]:
    ours, theirs = connected()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield runner


async def receive(ours: socket.socket) -> bytes:
    async with time_limit(0.2):
        return await asyncio.get_running_loop().sock_recv(ours, 1)


def test_blocked_loop_still_reads_what_has_arrived(
    runner: asyncio.Runner, pair: Pair
) -> None:
    ours, theirs = pair

    async def ask() -> bytes:
        asked = asyncio.create_task(receive(ours))
        await asyncio.sleep(0)
        theirs.send(b"x")
        time.sleep(0.3)  # noqa: ASYNC251 - the loop is blocked until the time is over
        return await asked

    assert runner.run(ask()) == b"x"


def test_loop_that_read_for_long_reads_what_has_arrived(
    runner: asyncio.Runner, pair: Pair, other_pair: Pair
) -> None:
    ours, theirs = pair
    busy, sender = other_pair

    def read_for_long() -> None:
        busy.recv(1)
        theirs.send(b"x")
        time.sleep(0.3)  # the loop is busy

    async def ask() -> bytes:
        asyncio.get_running_loop().add_reader(busy, read_for_long)
        sender.send(b"x")
        try:
            return await receive(ours)
        finally:
            asyncio.get_running_loop().remove_reader(busy)

    assert runner.run(ask()) == b"x"


def test_time_ends_without_response(runner: asyncio.Runner, pair: Pair) -> None:
    ours, _ = pair

    async def ask() -> asyncio.Timeout:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(10), time_limit(0.01) as limit:
                await asyncio.get_running_loop().sock_recv(ours, 1)
        return limit

    assert runner.run(ask()).expired()


async def receive_in_steps(ours: socket.socket, theirs: socket.socket) -> bytes:
    """Each step begins when the loop has read the result of the one before."""
    loop = asyncio.get_running_loop()
    async with renewed_time_limit(0.2):
        for step in (b"a", b"b", b"c"):
            await loop.run_in_executor(None, theirs.send, step)
            received = await loop.sock_recv(ours, 1)
    return received


def test_late_loop_completes_wait_of_several_steps(
    runner: asyncio.Runner, pair: Pair
) -> None:
    async def ask() -> bytes:
        asked = asyncio.create_task(receive_in_steps(*pair))
        await asyncio.sleep(0)
        time.sleep(0.4)  # noqa: ASYNC251 - the loop is blocked until the time is over
        return await asked

    assert runner.run(ask()) == b"c"


def test_renewed_time_ends_without_response(runner: asyncio.Runner, pair: Pair) -> None:
    ours, _ = pair

    async def receive_late() -> None:
        async with renewed_time_limit(0.01):
            # The loop is late, and the time begins once more.
            time.sleep(0.2)  # noqa: ASYNC251
            await asyncio.get_running_loop().sock_recv(ours, 1)

    async def ask() -> BaseException | None:
        asked = asyncio.create_task(receive_late())
        await asyncio.wait([asked], timeout=10)
        return asked.exception()

    assert isinstance(runner.run(ask()), TimeoutError)


async def test_late_loop_receives_body(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_SECONDS", 0.2)
    parts = [b"b", b"a"]

    async def receive() -> Message:
        await asyncio.to_thread(time.sleep, 0.01)
        return {"type": "http.request", "body": parts.pop(), "more_body": bool(parts)}

    scope: Scope = {"type": "http", "headers": [], "path": "/"}
    received = asyncio.create_task(body.receive_body(scope, receive))
    await asyncio.sleep(0)
    time.sleep(0.4)  # noqa: ASYNC251 - the loop is blocked until the time is over
    assert await received == b"ab"
