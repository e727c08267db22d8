"""Notices that a client leaves, and ends the exchange that is made for it."""

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive

from app.proxy.connection import Connection
from chassis import ClientGone


class Departure:
    """Watches the client while the block runs, after its body has been received."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._connection: Connection | None = None
        self.has_left = False

    def __enter__(self) -> Self:
        self._watch = asyncio.get_running_loop().create_task(self._await_departure())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection = None
        self._watch.cancel()

    def aborts(self, connection: Connection) -> None:
        """Sets the connection that is aborted when the client leaves."""
        if self.has_left:
            raise ClientGone
        self._connection = connection

    async def _await_departure(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.has_left = True
        if self._connection is not None:
            self._connection.abort(ClientGone())
