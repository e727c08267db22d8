"""A protocol that can refuse a request, and gives its head ten seconds to arrive."""

import asyncio
from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import (
    HttpToolsProtocol,
    RequestResponseCycle,
)

from chassis._http.arrival import ARRIVED_AT, arrival_of_data
from chassis._http.refusal import REFUSAL, Refusal, note_end_of_client
from chassis._http.request_line import RejectedHead, malformed
from chassis._http.request_target import known_path
from chassis._http.response_transport import ResponseTransport

HEAD_SECONDS = 10.0


class RefusingProtocol(HttpToolsProtocol):
    """Passes a refused request to the application, with the refusal in its state.

    Nothing that the client sends after it, or after the last response, is parsed.
    """

    _is_in_head = False
    _is_in_message = False  # its head or its body
    _is_refused = False
    _has_client_ended = False
    # Of the request that is carried out; `cycle` is that of the last one parsed.
    _present: RequestResponseCycle | None = None
    _responses: ResponseTransport
    _rejected: RejectedHead | None = None
    # An incomplete head, with the requests that came before it in the same slice.
    _kept: bytes | memoryview = b""
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._responses = ResponseTransport(transport, self.loop, self._may_client_send)
        # A browser opens a connection ahead of its need. uvicorn would wait for ever.
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def _end_input(self) -> bool:
        """Returns whether the client, which sends nothing more, awaits a response."""
        if self._is_in_message:
            detail = "the client stopped sending before the end of the request"
            self._refuse(Refusal.of(HTTPStatus.BAD_REQUEST, detail))
        if self.cycle is None or self.cycle.response_started:
            # A stream of events would go on indefinitely for a client that left.
            return False
        self.cycle.keep_alive = False
        note_end_of_client(self.cycle)
        return True

    def _may_client_send(self) -> bool:
        is_unread = self._is_refused or self.flow.read_paused
        return (self._is_in_message or is_unread) and not self._has_client_ended

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)
        if self._present is not None and not self._present.response_complete:
            self._present.disconnected = True
            self._present.message_event.set()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        # Blank lines before a request do not keep the connection alive.
        self._unset_keepalive_if_required()
        self._end_head()
        self._is_in_head = self._is_in_message = True
        self._start_head_timer()

    def on_message_complete(self) -> None:
        self._is_in_message = False
        if self._is_refused:
            return
        super().on_message_complete()
        # A first request that offers an upgrade has no cycle yet, and ends once more.
        if self.cycle is not None:
            self.cycle.scope["state"][ARRIVED_AT] = arrival_of_data(self.transport)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        # The client has sent it ahead: the wait for earlier responses does not count.
        cycle.scope["state"].pop(ARRIVED_AT, None)
        cycle.transport = self._responses
        self._present = cycle
        if self._has_client_ended:
            note_end_of_client(cycle)
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        self._responses.end_response()
        if self._responses.is_closing():
            self._is_refused = True
            self.pipeline.clear()
        super().on_response_complete()
        if self._is_in_head:
            self._unset_keepalive_if_required()

    def _give_up_head(self) -> None:
        detail = f"the headers did not arrive within {HEAD_SECONDS:.0f} s"
        self._refuse(Refusal.of(HTTPStatus.REQUEST_TIMEOUT, detail))

    def _end_head(self) -> None:
        self._is_in_head = False
        self._stop_head_timer()

    def _start_head_timer(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up_head)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _reject(self, error: httptools.HttpParserError) -> None:
        if self._is_in_head and self._kept:
            self._rejected = RejectedHead(error, bytes(self._kept))
            self._refuse(self._rejected.refusal())
        else:
            self._refuse(malformed(error))

    def _refuse(self, refusal: Refusal | None) -> None:
        """Lets the application respond with the refusal, in the request's turn."""
        if refusal is None or self._is_refused or self.transport.is_closing():
            return
        self._is_refused = True
        if self._is_in_head:
            self._begin_refused_request()
        self.cycle.keep_alive = False
        if self.cycle.response_complete:
            self._responses.close()
        else:
            self.cycle.scope["state"][REFUSAL] = refusal
            self.cycle.message_event.set()

    def _begin_refused_request(self) -> None:
        self._end_head()
        method = self.parser.get_method().decode() if self.url else ""
        path, self.url = known_path(self.url), b"/"
        super().on_headers_complete()
        self.scope["method"] = method
        self.scope["path"] = path
        self.scope["raw_path"] = path.encode()
