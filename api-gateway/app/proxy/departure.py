"""Notices that a client leaves, and ends the exchange that is made for it."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Message, Receive, Scope, Send

from app.proxy.connection import Connection
from chassis import ClientGone, LateTimer, has_client_ended

# A client that has closed its connection looks like one that only sends nothing more,
# and waits, until something is sent to it. So long a service may be silent meanwhile:
# longer than POST /orders takes.
PATIENCE_SECONDS = 3.5
# Most exchanges have ended by then, and need no watch, which is a task of its own.
UNWATCHED_SECONDS = 0.1


class ClientSilent(ClientGone):
    """The client sends nothing more, and may have left; the service is silent."""


class Departure:
    """Watches the client while the block runs, after its body has been received.

    The watch begins after a moment, and then notices also that the client left before.
    """

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._connection: Connection | None = None
        self._is_receiving = False
        self._watch: asyncio.Task[None] | None = None
        self._patience: LateTimer | None = None
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
        self._renew_patience()

    async def receive(self, message: Message, send: Send) -> None:
        """Sends the client a part of its response."""
        self._is_receiving = True
        await send(message)
        self._is_receiving = False
        self._renew_patience()

    def _renew_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._begin_patience()

    def _begin_patience(self) -> None:
        self._patience = LateTimer(PATIENCE_SECONDS, self._end_patience)

    def _end_patience(self) -> None:
        if self._connection is None or self._is_receiving:
            # The request has not been sent, or the client reads slowly.
            self._begin_patience()
        else:
            detail = f"did not answer within {PATIENCE_SECONDS} s"
            self._connection.abort(ClientSilent(detail))

    def _begin(self) -> None:
        self._watch = self._loop.create_task(self._await_departure())

    async def _await_departure(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            if has_client_ended(self._scope) and self._patience is None:
                self._begin_patience()
        self._leave()

    def _leave(self) -> None:
        self.has_left = True
        if self._connection is not None:
            self._connection.abort(ClientGone())
