"""Notices that a client leaves, and ends the exchange that is made for it."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive, Scope

from app.proxy.connection import Connection
from chassis import ClientGone, has_client_ended

# A client that has closed its connection looks like one that only sends nothing more,
# and waits. This is longer than POST /orders takes.
PATIENCE_SECONDS = 3.5
# Most exchanges have ended by then, and need no watch, which is a task of its own.
UNWATCHED_SECONDS = 0.1


class Departure:
    """Watches the client while the block runs, after its body has been received.

    The watch begins after a moment, and then notices also that the client left before.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._connection: Connection | None = None
        self._watch: asyncio.Task[None] | None = None
        self._patience: asyncio.TimerHandle | None = None
        self.has_left = False

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._beginning = self._loop.call_later(UNWATCHED_SECONDS, self._begin)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection = None
        self._beginning.cancel()
        if self._watch is not None:
            self._watch.cancel()
        if self._patience is not None:
            self._patience.cancel()

    def aborts(self, connection: Connection) -> None:
        """Sets the connection that is aborted when the client leaves."""
        if self.has_left:
            raise ClientGone
        self._connection = connection

    def _begin(self) -> None:
        self._watch = self._loop.create_task(self._await_departure())

    async def _await_departure(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            if has_client_ended(self._scope) and self._patience is None:
                self._patience = self._loop.call_later(PATIENCE_SECONDS, self._leave)
        self._leave()

    def _leave(self) -> None:
        self.has_left = True
        if self._connection is not None:
            self._connection.abort(ClientGone())
