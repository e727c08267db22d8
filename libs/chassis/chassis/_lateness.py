"""The metric for background workers that are stuck or fail: how late each one is."""

import time

from prometheus_client import Gauge

OVERDUE = Gauge(
    "worker_overdue_seconds",
    "Seconds by which the next successful step of a background worker is late; 0 while"
    " all steps succeed",
    ["worker"],
)


class Lateness:
    """Reports in each scrape how late a worker is, even if the worker hangs.

    Args:
        longest: seconds between two steps of a worker that has no work.
    """

    def __init__(self, worker: str, longest: float) -> None:
        self._worker = worker
        self._longest = longest
        self._succeeded_at = time.monotonic()

    def begin(self) -> None:
        self.record_success()
        OVERDUE.labels(self._worker).set_function(self.seconds)

    def record_success(self) -> None:
        self._succeeded_at = time.monotonic()

    def seconds(self) -> float:
        return max(0.0, time.monotonic() - self._succeeded_at - self._longest)
