"""The line of the log that each request gets.

Most lines are of this kind, and structlog and `logging` would need as much time for one
as FastAPI for a short request. So it is written here, with the fields of every line.
"""

import json
import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import structlog
from structlog.typing import EventDict

from chassis._observability.logging import add_trace
from chassis._observability.masking import mask

EVENT = "request"
# Its name in the log since the first release.
LOGGER = "chassis._http.middleware"
# Characters of a path in a line of the log.
LONGEST_PATH = 1000


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
        fields: dict[str, Any] = {
            "method": method,
            "path": path[:LONGEST_PATH],
            "status": status,
            "duration_ms": round(seconds * 1000, 2),
            "user_id": user_id,
        }
        if self._is_terminal:
            self._log.info(EVENT, **fields)
        else:
            line = json.dumps(self._line(request_id, fields))
            # As in `logging`, no request fails because its line cannot be written.
            with suppress(OSError):
                sys.stdout.write(f"{line}\n")
                sys.stdout.flush()

    def _line(self, request_id: str, fields: dict[str, Any]) -> EventDict:
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        line = {
            **fields,
            # No other field can contain an e-mail address.
            "method": mask(fields["method"]),
            "path": mask(fields["path"]),
            "event": EVENT,
            "request_id": request_id,
            "level": "info",
            "logger": LOGGER,
            "timestamp": now,
            "service": self._service,
        }
        return add_trace(None, "", line)
