"""Measures the CPU time that a load costs the services."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import psutil

from tools.local.lifecycle import Platform

Request = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Cost:
    """
    Attributes:
        cpu: seconds of each service, for all requests together.
        times: how many requests.
    """

    cpu: dict[str, float]
    times: int

    def cpu_ms(self, service: str) -> float:
        """Milliseconds of CPU for each request."""
        return self.cpu[service] / self.times * 1000

    def total_cpu_ms(self) -> float:
        return sum(self.cpu.values()) / self.times * 1000


async def cost_of(
    platform: Platform,
    request: Request,
    *,
    times: int,
    at_once: int,
    until: Request | None = None,
) -> Cost:
    """Sends `times` requests, each as soon as one of the `at_once` before is answered.

    Args:
        until: waits for the end of what the requests set off, which counts too.
    """
    before = cpu_seconds(platform)
    left = iter(range(times))

    async def client() -> None:
        for _ in left:
            await request()

    async with asyncio.TaskGroup() as clients:
        for _ in range(at_once):
            clients.create_task(client())
    if until is not None:
        await until()
    after = cpu_seconds(platform)
    used = {name: after[name] - before[name] for name in before}
    assert min(used.values()) >= 0, "a service restarted during the measurement"
    return Cost(used, times)


def cpu_seconds(platform: Platform) -> dict[str, float]:
    """Seconds so far. The kernel counts in hundredths, so it takes many requests."""
    return {name: _cpu_of(platform.pid(name)) for name in platform.service_ports}


def _cpu_of(pid: int) -> float:
    process = psutil.Process(pid)
    all_times = [p.cpu_times() for p in (process, *process.children(recursive=True))]
    return sum(times.user + times.system for times in all_times)
