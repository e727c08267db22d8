"""A connection to a service, which carries one exchange after the other."""

import asyncio
from collections import deque
from functools import partial

import httptools

from app.proxy.errors import ResponseMissing, ServiceFailed, ServiceTimeout
from app.proxy.framing import can_be_passed_on, ends_with_connection
from chassis import LateTimer

# Above it the service is not read from until the client has received something.
MAX_BUFFERED = 256 * 1024

Headers = list[tuple[bytes, bytes]]


class Connection(asyncio.Protocol):
    """
    Attributes:
        status: of the response, once it has begun.
        headers: of the response, with names in lower case.
        has_ended: whether the whole response has arrived.
        is_reusable: whether another exchange may follow.
    """

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._parser: httptools.HttpResponseParser | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._chunks: deque[bytes] = deque()
        self._buffered = 0
        self._error: Exception | None = None
        self.idle_since = 0.0
        self.status = 0
        self.headers: Headers = []
        self.has_ended = self.is_reusable = False

    def begin(self, request: bytes, *, is_head: bool) -> None:
        """Sends a request."""
        self._parser = httptools.HttpResponseParser(self)
        self._is_head = is_head
        self._has_begun = self._is_interim = self._ends_with_connection = False
        self.has_ended = self.is_reusable = self._has_received = False
        self.status, self.headers = 0, []
        self._transport.write(request)

    async def await_response(self, seconds: float) -> None:
        """Returns when status and headers are there.

        Raises:
            ExchangeFailed, or what `abort` was called with.
        """
        while not self._has_begun:
            await self._wait(seconds)

    async def read(self, seconds: float | None) -> bytes:
        """Returns what has arrived of the body; empty at its end.

        Args:
            seconds: how long it may be silent.
        """
        while not self._chunks and not self.has_ended:
            await self._wait(seconds)
        read = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        self._chunks.clear()
        if self._buffered > MAX_BUFFERED and not self.is_closing:
            self._transport.resume_reading()
        self._buffered = 0
        return read

    def finish(self) -> None:
        """Ends the exchange; the connection stays open if it is reusable."""
        if self.has_ended and self.is_reusable and not self._chunks:
            self._parser = None
            self.idle_since = self._loop.time()
        else:
            self._transport.abort()

    def abort(self, error: Exception) -> None:
        self._fail(error)
        self._transport.abort()

    def close(self) -> None:
        self._transport.abort()

    @property
    def is_closing(self) -> bool:
        return self._transport.is_closing()

    async def _wait(self, seconds: float | None) -> None:
        if self._error is not None:
            raise self._error
        self._waiter = self._loop.create_future()
        # A response that is there is read, however late the event loop is.
        timer = seconds and LateTimer(seconds, partial(self._expire, seconds))
        try:
            await self._waiter
        finally:
            self._waiter = None
            if timer:
                timer.cancel()

    def _expire(self, seconds: float) -> None:
        # The response may have arrived in the same turn of the event loop.
        if self._waiter is not None and not self._waiter.done():
            self._fail(ServiceTimeout(f"did not answer within {seconds:.0f} s"))

    def _fail(self, error: Exception) -> None:
        self._error = self._error or error
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            if self._error is not None:
                self._waiter.set_exception(self._error)
            else:
                self._waiter.set_result(None)

    # Callbacks of asyncio.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._parser is None:
            # Nothing was asked for.
            self._transport.abort()
            return
        self._has_received = True
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.is_reusable = False
            self._fail(ServiceFailed("answered with no valid HTTP/1.1"))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._parser is None or self.has_ended:
            return
        if self._has_begun and self._ends_with_connection and exc is None:
            self.has_ended = True
            self._wake()
        else:
            kind = ServiceFailed if self._has_received else ResponseMissing
            self._fail(kind("ended the connection before its response"))

    # Callbacks of the parser.

    def on_message_begin(self) -> None:
        if self.has_ended:
            self.is_reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        # Trailers are no headers.
        if not self._has_begun:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if self._parser is None or self._has_begun:
            return
        self.status = self._parser.get_status_code()
        if 100 <= self.status < 200:
            self._is_interim = True
            self.headers.clear()
            return
        if not can_be_passed_on(self.status, self.headers):
            # The parser then raises an error of its own.
            raise ServiceFailed
        self._has_begun = True
        self._ends_with_connection = ends_with_connection(self.status, self.headers)
        if self._is_head:
            # The parser awaits a body, which never comes.
            self._end(self._parser)
        self._wake()

    def on_body(self, body: bytes) -> None:
        if self.has_ended:
            self.is_reusable = False
            return
        self._chunks.append(body)
        was_full = self._buffered > MAX_BUFFERED
        self._buffered += len(body)
        if self._buffered > MAX_BUFFERED and not was_full:
            self._transport.pause_reading()
        self._wake()

    def on_message_complete(self) -> None:
        if self._is_interim:
            self._is_interim = False
        elif self._parser is not None and not self.has_ended:
            self._end(self._parser)
            self._wake()

    def _end(self, parser: httptools.HttpResponseParser) -> None:
        self.has_ended = True
        self.is_reusable = parser.should_keep_alive()
