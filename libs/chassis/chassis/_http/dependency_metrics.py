"""Measures the dependencies of the service, for alerts."""

from prometheus_client import Gauge

from chassis._http.health import Health
from chassis._workers import Worker

DEPENDENCY_UP = Gauge(
    "dependency_up",
    "1 if the dependency answered the last check, as in /health, else 0",
    ["dependency"],
)
# A probe of the broker stores a message, so it is not free.
CHECK_SECONDS = 20.0


def dependency_worker(health: Health) -> Worker:
    async def check() -> int:
        report = await health.report()
        for name, state in report.checks.items():
            DEPENDENCY_UP.labels(name).set(state == "up")
        return 0

    return Worker("check-dependencies", check, interval=CHECK_SECONDS)
