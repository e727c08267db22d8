"""The line of the log that each request gets.

Most lines are of this kind, and structlog and `logging` would need as much time for one
as FastAPI for a short request. So it is written here, with the fields of every line; a
test compares both.
"""

import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quoted

import structlog
from opentelemetry import trace

from chassis._observability.masking import mask

EVENT = "request"
# Its name in the log since the first release.
LOGGER = "chassis._http.middleware"
# Characters of a path in a line of the log.
LONGEST_PATH = 1000
LINE = (
    '{"method": %s, "path": %s, "status": %d, "duration_ms": %s, "user_id": %s,'
    ' "event": "request", "request_id": %s, "level": "info", "logger": "%s",'
    ' "timestamp": "%s", "service": "%s"%s}\n'
)
TRACE = ', "trace_id": "%032x", "span_id": "%016x"'


class AccessLog:
    def __init__(self, service: str) -> None:
        self._service = service
        self._is_terminal = sys.stdout.isatty()
        self._log = structlog.get_logger(LOGGER)
        self._level = logging.getLogger(LOGGER)

    def write(
        self,
        request_id: str,
        *,
        method: str,
        path: str,
        status: int,
        seconds: float,
        user_id: int | None,
    ) -> None:
        if not self._level.isEnabledFor(logging.INFO):
            return
        duration_ms = round(seconds * 1000, 2)
        if self._is_terminal:
            self._log.info(
                EVENT,
                method=method,
                path=path[:LONGEST_PATH],
                status=status,
                duration_ms=duration_ms,
                user_id=user_id,
            )
            return
        line = LINE % (
            # No other field can contain an e-mail address.
            quoted(mask(method)),
            quoted(mask(path[:LONGEST_PATH])),
            status,
            duration_ms,
            "null" if user_id is None else user_id,
            quoted(request_id),
            LOGGER,
            datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            self._service,
            _trace(),
        )
        # As in `logging`, no request fails because its line cannot be written.
        with suppress(OSError):
            sys.stdout.write(line)
            sys.stdout.flush()


def _trace() -> str:
    context = trace.get_current_span().get_span_context()
    return TRACE % (context.trace_id, context.span_id) if context.is_valid else ""
