"""HTTP/1 as the services speak it: uvicorn's protocol over httptools, made strict.

The only place that overrides private interfaces of uvicorn. test_raw_http.py and
test_request_limits.py write raw HTTP to a real server, and fail if a release of uvicorn
changes them.
"""

import asyncio
from http import HTTPStatus
from typing import Any

import httptools
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import (
    HttpToolsProtocol,
    RequestResponseCycle,
)

from chassis._http.refusal import refusal

# Request line and headers together, trailers included.
MAX_HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 10.0
# A refused client may go on sending for so long, else it could not read the reason.
LINGER_SECONDS = 2.0


class HttpProtocol(HttpToolsProtocol):
    """Bounds the head of a request, ignores offers to upgrade, and sends no chunks to
    HTTP/1.0 clients."""

    _head_bytes = 0  # of what the parser has reported of this head
    _unreported_bytes = 0  # of reads that ended without any report
    _has_reported = False  # during the present read
    _is_in_head = False
    _is_refused = False
    _head_timer: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        self._unset_keepalive_if_required()
        self._has_reported = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if not self._is_refused:
                self._carry_on_without_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST, "bad_request", "this is not HTTP/1")
        else:
            if not self._has_reported:
                # The parser keeps an unfinished header or trailer, and copies all of
                # it again at each read.
                self._unreported_bytes += len(data)
                self._bound_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = 0
        self._note_report()
        self._is_in_head = True
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up_head)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._head_bytes += len(url)
        self._note_report()
        self._bound_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._head_bytes += len(name) + len(value) + len(b": \r\n")
        self._note_report()
        self._bound_head()

    def on_headers_complete(self) -> None:
        self._end_head()
        if not self._is_refused:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._note_report()
        if not self._is_refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._is_refused:
            super().on_message_complete()

    def _should_upgrade(self) -> bool:
        # uvicorn then leaves the request alone, and the parser stops behind its head.
        return True

    def _carry_on_without_upgrade(self, rest: bytes) -> None:
        method = self.scope["method"].encode()
        if method == b"CONNECT":
            self._refuse(HTTPStatus.NOT_IMPLEMENTED, "not_implemented", "no tunnels")
            return
        version = self.scope["http_version"].encode()
        head = [b"%b %b HTTP/%b\r\n" % (method, self.url, version)]
        head += [
            b"%b: %b\r\n" % (name, _without_upgrade(name, value))
            for name, value in self.headers
            if name != b"upgrade"
        ]
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"".join(head) + b"\r\n" + rest)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if cycle.scope["http_version"] == "1.0":
            app = _without_chunks(app, cycle)
        if cycle.waiting_for_100_continue:
            app = _closing_before_body(app, cycle)
        super()._start_asgi_task(cycle, app)

    def _note_report(self) -> None:
        self._has_reported = True
        self._unreported_bytes = 0

    def _bound_head(self) -> None:
        if self._head_bytes + self._unreported_bytes > MAX_HEAD_BYTES:
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "request_header_fields_too_large",
                "request line and headers may have 64 KiB at most",
            )

    def _give_up_head(self) -> None:
        self._refuse(
            HTTPStatus.REQUEST_TIMEOUT,
            "request_timeout",
            f"the headers did not arrive within {HEAD_SECONDS:.0f} s",
        )

    def _end_head(self) -> None:
        self._is_in_head = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, status: HTTPStatus, code: str, detail: str) -> None:
        """Responds instead of the application, in the request's turn, and closes."""
        if self._is_refused or self.transport.is_closing():
            return
        is_in_head = self._is_in_head
        self._end_head()
        self._is_refused = True
        cycle = self.cycle
        if cycle is not None and not is_in_head:
            if cycle.response_started or self.pipeline:
                self.transport.close()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        elif cycle is not None and not cycle.response_complete:
            # The requests before this one keep their responses.
            cycle.keep_alive = False
            return
        self.transport.write(refusal(status, code, detail, self.headers or []))
        self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


def _without_upgrade(name: bytes, value: bytes) -> bytes:
    if name != b"connection":
        return value
    options = (option.strip() for option in value.split(b","))
    return b", ".join(option for option in options if option.lower() != b"upgrade")


def _closing_before_body(app: ASGIApp, cycle: RequestResponseCycle) -> ASGIApp:
    """A body that was announced but not asked for ends with the connection.

    The server would take the client's next request for it.
    """

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_close(message: Message) -> None:
            if cycle.waiting_for_100_continue:
                cycle.keep_alive = False
            await send(message)

        await app(scope, receive, send_and_close)

    return run


def _without_chunks(app: ASGIApp, cycle: RequestResponseCycle) -> ASGIApp:
    """The end of the connection is the end of a body whose length is not known."""

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        is_bounded = True

        async def send_plainly(message: Message) -> None:
            nonlocal is_bounded
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message.get("headers", [])}
                is_bounded = b"content-length" in names
                if not is_bounded:
                    cycle.chunked_encoding = False
            elif not is_bounded:
                cycle.expected_content_length = len(message.get("body", b""))
            await send(message)

        await app(scope, receive, send_plainly)

    return run
