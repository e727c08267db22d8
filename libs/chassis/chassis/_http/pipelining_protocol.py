"""A protocol that parses only a few requests ahead of the one that is carried out.

A client may send requests without waiting for responses. uvicorn parses all that has
arrived, and queues each request: of one megabyte that took 70 MB, and 2.4 s in which
the process did nothing else.
"""

from abc import abstractmethod

from chassis._http.refusal import note_end_of_client
from chassis._http.refusing_protocol import RefusingProtocol
from chassis._http.request_limits import MAX_HEAD_BYTES
from chassis._http.request_line import last_request

END_OF_HEAD = b"\r\n\r\n"
SHORTEST_HEAD = len("GET / HTTP/1.0")
# A piece of data in which the next request may begin anywhere: 38 requests at most.
SLICE_BYTES = 1024
# Data that is read, but not parsed yet.
MOST_HELD = 64 * 1024


class PipeliningProtocol(RefusingProtocol):
    """Parses one slice after the other, and none while requests await their turn.

    Meanwhile it reads little from the socket: enough to notice that the client leaves.
    """

    # None unless requests await their turn; else what came after them, from a place on.
    _unparsed: tuple[bytes, int] | None = None
    _requests_kept = 0
    _body_bytes = 0  # of the body, so far
    _length: int | None = None  # of the body, once it is needed; 0 if it is not known

    @abstractmethod
    def _parse_slice(self, data: memoryview) -> int:
        """Returns how many bytes of the slice are parsed."""

    def data_received(self, data: bytes) -> None:
        if self._unparsed is None:
            self._parse(data, 0)
        else:
            held, start = self._unparsed
            self._hold(held[start:] + data, 0)

    def _parse(self, data: bytes, start: int) -> None:
        while start < len(data) and not self.pipeline and not self._is_refused:
            if self._rejected is not None:
                self._refuse(self._rejected.receive(data[start:]))
                return
            end = self._end_of_slice(data, start)
            start += self._parse_slice(memoryview(data)[start:end])
        if self.pipeline and not self._is_refused:
            self._hold(data, start)

    def _end_of_slice(self, data: bytes, start: int) -> int:
        """Returns the end of the present head or body, if that is easily found."""
        if len(data) - start <= SLICE_BYTES:
            return len(data)
        if self._is_in_head or not self._is_in_message:
            end = data.find(END_OF_HEAD, start, start + MAX_HEAD_BYTES)
            # Sooner, it is no head: blank lines may come before a request.
            if end >= start + SHORTEST_HEAD:
                return end + len(END_OF_HEAD)
        else:
            if self._length is None:
                lengths = (v for name, v in self.headers if name == b"content-length")
                self._length = int(next(lengths, 0))
            if self._length > self._body_bytes:
                return start + self._length - self._body_bytes
        return start + SLICE_BYTES

    def _hold(self, data: bytes, start: int) -> None:
        self._unparsed = data, start
        if len(data) - start > MOST_HELD:
            self.flow.pause_reading()
        else:
            self.flow.resume_reading()
        # A client cannot complete a head while nothing is read.
        self._stop_head_timer()

    def _may_client_send(self) -> bool:
        is_sending = self._unparsed is not None and not self._has_client_ended
        return is_sending or super()._may_client_send()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._requests_kept += 1
        self._body_bytes, self._length = 0, None

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._body_bytes += len(body)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._unparsed is not None and not self.pipeline:
            self._go_on(*self._unparsed)

    def _go_on(self, data: bytes, start: int) -> None:
        self._unparsed = None
        if self._is_refused or self.transport.is_closing():
            return
        if self._is_in_head:
            self._start_head_timer()
        self._parse(data, start)
        if self._has_client_ended and self._unparsed is None and not self._end_input():
            self.transport.close()

    def eof_received(self) -> bool:  # type: ignore[override]
        self._has_client_ended = True
        if self._unparsed is None:
            return self._end_input()
        # Later requests await their turn, the last of which may not be complete.
        if self._present is not None:
            note_end_of_client(self._present)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        self._unparsed = None
        super().connection_lost(exc)

    def _keep_head(self, data: memoryview) -> None:
        """Keeps the data for `_reject`, unless it begins within a body.

        Where that body ends is not known, so that what follows it is a plain 400.
        """
        if not self._is_in_message:
            self._kept = data
            self._requests_kept = 0
        elif self._kept:
            self._kept = b"".join((self._kept, data))

    def _forget_parsed(self) -> None:
        """Keeps only the head that is incomplete."""
        if not self._is_in_head:
            self._kept = b""
        elif self._kept and self._requests_kept > 1:
            self._kept = last_request(bytes(self._kept))
            self._requests_kept = 1
