"""Streams of events, which never end by themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.proxy.connection import Connection


class StreamEnded(Exception):
    """The gateway shuts down; the client may connect again."""


class EventStreams:
    """Ends all open streams when the gateway shuts down, and new ones at once."""

    def __init__(self) -> None:
        self._open: set[Connection] = set()
        self._is_ending = False

    @contextmanager
    def opened(self, connection: Connection) -> Iterator[None]:
        self._open.add(connection)
        if self._is_ending:
            connection.abort(StreamEnded())
        try:
            yield
        finally:
            self._open.discard(connection)

    def end(self) -> None:
        self._is_ending = True
        for connection in self._open:
            connection.abort(StreamEnded())
