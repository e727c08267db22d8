"""Limits how many large bodies of requests are in memory at the same time."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis._http.admission import REJECTED, Overloaded
from chassis._http.headers import has_body

# Nearly all bodies are smaller, and wait for no turn.
LARGE_BYTES = 64 * 1024
# A body has 1 MiB at most: together a tenth of the memory of a container.
AT_ONCE = 32
# Requests that have sent a part of a large body.
WAITING = 64
WAIT_SECONDS = 2.0


class LargeBodyMiddleware:
    """Gives a request a turn, until its response ends, before it receives the rest of
    a large body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not has_body(scope):
            await self._app(scope, receive, send)
            return
        received = 0
        has_turn = False

        async def receive_in_turn() -> Message:
            nonlocal received, has_turn
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGE_BYTES and not has_turn:
                await self._take_turn()
                has_turn = True
            return message

        try:
            await self._app(scope, receive_in_turn, send)
        finally:
            if has_turn:
                self._turns.release()

    async def _take_turn(self) -> None:
        """
        Raises:
            Overloaded: there was none in time.
        """
        if self._waiting < WAITING:
            self._waiting += 1
            try:
                async with asyncio.timeout(WAIT_SECONDS):
                    await self._turns.acquire()
                    return
            except TimeoutError:
                pass
            finally:
                self._waiting -= 1
        REJECTED.labels("bodies").inc()
        raise Overloaded("too many large bodies arrive at the moment")
