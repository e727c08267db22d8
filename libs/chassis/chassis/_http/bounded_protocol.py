"""A protocol that bounds the connections of a process, and ends those of clients that
read almost nothing."""

import asyncio
import math
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from chassis._http.admission import REJECTED
from chassis._http.health import OPERATIONAL_PATHS
from chassis._http.open_files import max_connections
from chassis._http.pipelining_protocol import PipeliningProtocol
from chassis._http.refusal import REFUSAL, Refusal
from chassis._http.unreceived import abort_and_discard, held_by_system

# Connections above the limit, which get a 503, or the response of a health check.
SURPLUS = 64
# A client must read so much in this time, about 1 KB/s, while there is something to
# read. With a byte now and then, it would keep its place indefinitely.
LEAST_READ = 64 * 1024
STUCK_SECONDS = 60.0

TOO_MANY = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "too_many_connections",
    "too many connections are open at the moment",
)


class BoundedProtocol(PipeliningProtocol):
    """Closes an idle connection in favour of a new one, if there are too many.

    If none is idle, the new one gets a 503, or is closed at once if there are too many
    of these.
    """

    _is_surplus = False
    # How much the client had received when it last made progress, and when that was.
    _received = -math.inf
    _received_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        surplus = len(self.connections) - max_connections()
        if surplus <= 0 or (surplus <= SURPLUS and self._close_an_idle_one()):
            return
        REJECTED.labels("connections").inc()
        self._is_surplus = True
        if surplus > SURPLUS:
            transport.abort()

    def _close_an_idle_one(self) -> bool:
        for connection in self.connections:
            if (
                isinstance(connection, BoundedProtocol)
                and connection is not self
                and connection.is_idle
            ):
                connection.transport.close()
                self.connections.discard(connection)
                return True
        return False

    @property
    def is_idle(self) -> bool:
        """Returns whether no request arrives or awaits a response, and all is sent."""
        is_answered = self.cycle is None or self.cycle.response_complete
        has_all = self.transport.get_write_buffer_size() == 0
        return is_answered and has_all and not self._is_in_message

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        if self._is_surplus and cycle.scope["path"] not in OPERATIONAL_PATHS:
            cycle.scope["state"].setdefault(REFUSAL, TOO_MANY)
        if self._is_surplus:
            self._is_refused = True
            cycle.keep_alive = False
        super()._start_asgi_task(cycle, app)

    def abort_if_stuck(self, now: float) -> None:
        """Ends the connection if the client has read almost nothing for a minute,
        though there was something to read.

        A stream of events without an event has nothing to read.

        Args:
            now: seconds, by the clock of the event loop.
        """
        pending = self.transport.get_write_buffer_size()
        if not pending:
            self._received = -math.inf
            return
        unreceived = pending + held_by_system(self.transport)
        received = self._responses.written - unreceived
        if received - self._received >= LEAST_READ:
            self._received, self._received_at = received, now
        elif now - self._received_at >= STUCK_SECONDS:
            abort_and_discard(self.transport)
