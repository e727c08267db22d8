"""Seconds of CPU, as the kernel counts them."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from tools.bench.wrk import Load
from tools.local.lifecycle import Platform
from tools.local.processes import of_platform


@dataclass(frozen=True)
class Usage:
    """
    Attributes:
        measured: seconds of the processes that are measured.
        others: the share of the machine's CPU that processes used which have no part in
            the measurement.
    """

    measured: float
    others: float


@dataclass(frozen=True)
class _Snapshot:
    busy: float
    whole: float
    measured: float
    involved: float

    @classmethod
    def now(cls, measured: Iterable[int], root: Path) -> Self:
        machine = psutil.cpu_times()
        whole = sum(machine) - machine.guest - machine.guest_nice
        busy = whole - machine.idle - machine.iowait
        chosen = {pid: _seconds(psutil.Process(pid)) for pid in measured}
        rest = sum(_seconds(p) for p in of_platform(root) if p.pid not in chosen)
        own = sum(psutil.Process().cpu_times()[:2])
        total = sum(chosen.values())
        return cls(busy, whole, total, total + rest + own)


async def observe(
    work: Callable[[], Awaitable[Load]], measured: Iterable[int], root: Path
) -> tuple[Load, Usage]:
    """Does the work; returns also what it cost the processes with these ids.

    Args:
        root: the platform's, whose stores take part without being measured.
    """
    pids = list(measured)
    before = _Snapshot.now(pids, root)
    load = await work()
    after = _Snapshot.now(pids, root)
    involved = after.involved - before.involved + load.cpu
    others = max(0.0, after.busy - before.busy - involved)
    used = after.measured - before.measured
    return load, Usage(used, others / (after.whole - before.whole))


def services_of(platform: Platform) -> list[int]:
    """Returns the ids of the services' processes."""
    found = []
    for service in platform.service_ports:
        process = psutil.Process(platform.pid(service))
        found += [process.pid, *(p.pid for p in process.children(recursive=True))]
    return found


def _seconds(process: psutil.Process) -> float:
    try:
        return sum(process.cpu_times()[:2])
    except psutil.NoSuchProcess:
        return 0.0
