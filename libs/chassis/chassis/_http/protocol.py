"""HTTP/1 as the services speak it: uvicorn's protocol over httptools, made strict.

Only this module and those that it extends, bounded_protocol.py, pipelining_protocol.py
and refusing_protocol.py, override private interfaces of uvicorn. test_raw_http.py,
test_upgrades.py, test_announced_bodies.py, test_request_limits.py and
test_refused_requests.py write raw HTTP to a real server, and fail if a release of
uvicorn changes them.
"""

from http import HTTPStatus
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from chassis._http.bounded_protocol import BoundedProtocol
from chassis._http.refusal import Refusal
from chassis._http.request_limits import (
    REST_OF_LINE_BYTES,
    excess_of_bytes,
    excess_of_chunks,
    excess_of_target,
    refusal_of_header,
)
from chassis._http.request_line import refusal_of_version
from chassis._http.request_target import split_target
from chassis._http.response_framing import closing_before_body, without_chunks
from chassis._http.upgrade import head_without_upgrade


class HttpProtocol(BoundedProtocol):
    """Limits the head of a request, ignores offers to upgrade, and sends no chunks to
    HTTP/1.0 clients."""

    _head_bytes = 0  # of what the parser has reported of this head
    _unreported_bytes = 0  # of reads that ended without any report
    _has_reported = False  # during the present read
    _lines = 0  # of headers and trailers
    _chunks = 0

    def _parse_slice(self, data: memoryview) -> int:
        self._has_reported = False
        self._keep_head(data)
        done = len(data)
        try:
            done = self._feed(data)
        except httptools.HttpParserError as error:
            self._reject(error)
        else:
            if not self._has_reported:
                # The parser keeps an unfinished header or trailer, and copies all of
                # it again at each read.
                self._unreported_bytes += len(data)
                self._refuse(excess_of_bytes(self._head_bytes + self._unreported_bytes))
        self._forget_parsed()
        return done

    def _feed(self, data: memoryview) -> int:
        """Stops behind a request that offers an upgrade."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if not self._is_refused:
                self._carry_on_without_upgrade()
            done: int = upgrade.args[0]
            return done
        return len(data)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes = self._lines = self._chunks = 0
        self._note_report()

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._note_report(len(url))
        self._refuse(excess_of_bytes(self._head_bytes))

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._is_refused:
            return
        self._note_report(len(name) + len(value) + len(b": \r\n"))
        # Blanks around a value do not belong to it; the parser skips those before it.
        value = value.rstrip(b" \t")
        refusal = refusal_of_header(name, value, self._lines)
        self._lines += 1
        # Trailers count, but are no headers (RFC 9110, 6.5.1).
        if self._is_in_head:
            super().on_header(name, value)
        self._refuse(refusal or excess_of_bytes(self._head_bytes))

    def on_headers_complete(self) -> None:
        version = self.parser.get_http_version()
        self._head_bytes += len(self.parser.get_method()) + REST_OF_LINE_BYTES
        excess = excess_of_target(self.url) or excess_of_bytes(self._head_bytes)
        self._refuse(refusal_of_version(version) or excess)
        if self._is_refused:
            return
        if not self.parser.should_upgrade():
            self._replace_absolute_target()
            super().on_headers_complete()
            self._end_head()

    def on_chunk_header(self) -> None:
        self._chunks += 1

    def on_body(self, body: bytes) -> None:
        if self._is_refused:
            return
        self._note_report()
        super().on_body(body)
        self._refuse(excess_of_chunks(self._chunks))

    def _should_upgrade(self) -> bool:
        # uvicorn then leaves the request alone, and the parser stops behind its head.
        return not self._is_refused

    def _carry_on_without_upgrade(self) -> None:
        method = self.parser.get_method()
        if method == b"CONNECT":
            self._refuse(Refusal.of(HTTPStatus.NOT_IMPLEMENTED, "no tunnels"))
            return
        version = self.parser.get_http_version().encode()
        line = b"%b %b HTTP/%b" % (method, self.url, version)
        head = head_without_upgrade(line, self.headers)
        self.parser = httptools.HttpRequestParser(self)
        # As uvicorn's first parser: requests after the last one are not an error.
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.parser.feed_data(head)

    def _replace_absolute_target(self) -> None:
        authority, self.url = split_target(self.url, self.parser.get_method())
        if authority is not None:
            # A Host header must be there, but does not count.
            for place, (name, _) in enumerate(self.headers):
                if name == b"host":
                    self.headers[place] = (name, authority)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if cycle.scope["http_version"] == "1.0":
            cycle.waiting_for_100_continue = False
            app = without_chunks(app, cycle)
        if cycle.waiting_for_100_continue:
            app = closing_before_body(app, cycle)
        super()._start_asgi_task(cycle, app)

    def _note_report(self, head_bytes: int = 0) -> None:
        self._head_bytes += head_bytes
        self._has_reported = True
        self._unreported_bytes = 0
