"""The machine's load by the platform: at rest, under log-ins, after a crash."""

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median

import bcrypt
import psutil

from tools.bench import wrk
from tools.bench.explaining import Section, explanations
from tools.bench.measuring import cpu_seconds
from tools.bench.scene import PRODUCTION, Scene
from tools.client.shop import PASSWORD, Shop
from tools.local.lifecycle import Platform

IDLE_SECONDS = 30
LOGIN_SECONDS = 6
MEGABYTE = 2**20


@dataclass(frozen=True)
class Figure:
    """
    Attributes:
        target: the highest good value, or the lowest if `more_is_better`.
        explained: says why the target is missed, if it is.
    """

    name: str
    value: float
    unit: str
    target: float
    more_is_better: bool = False
    explained: Section | None = None

    @property
    def is_met(self) -> bool:
        if self.more_is_better:
            return self.value >= self.target
        return self.value <= self.target


async def measure(scene: Scene, rounds: int) -> Iterator[str]:
    platform = scene.restarted(PRODUCTION)
    # At rest first: log-ins that were sent are carried out even if the client has left.
    figures = [
        await _idle(platform),
        *await _logins(platform, rounds),
        _memory(platform),
        _recovery(platform, rounds),
        _start(platform),
    ]
    return table(figures)


async def _logins(platform: Platform, rounds: int) -> Sequence[Figure]:
    """Compares the rate of log-ins with that of bcrypt alone, by turns."""
    url = platform.url("user-service")
    cost = int(platform.environment("user-service").get("BCRYPT_COST", "12"))
    shares, waits = [], []
    async with Shop(platform) as shop:
        customer = await shop.register()
        own = [wrk.Request("/me", headers=customer.headers)]
        for _ in range(rounds):
            alone = await asyncio.to_thread(_bcrypt_rate, cost)
            rate, beside = await asyncio.gather(
                _login_rate(shop, customer.username),
                wrk.send(url, own, LOGIN_SECONDS, connections=1, pause_ms=50),
            )
            shares.append(rate / alone * 100)
            waits.append(beside.p99_ms)
    return [
        Figure(
            "POST /login, of bcrypt's rate",
            median(shares),
            "%",
            90,
            more_is_better=True,
            explained=Section.LOG_IN,
        ),
        Figure(
            "GET /me beside it, 99 %",
            median(waits),
            "ms",
            50,
            explained=Section.LOG_IN,
        ),
    ]


async def _login_rate(shop: Shop, username: str) -> float:
    """Returns how many log-ins a second succeed, with 16 callers at once.

    Each caller waits for its last answer: wrk would leave, and the log-ins it left
    behind would take part of the next turn.
    """
    began = time.perf_counter()

    async def log_in_repeatedly() -> int:
        logins = 0
        while time.perf_counter() < began + LOGIN_SECONDS:
            await shop.log_in(0, username, PASSWORD)
            logins += 1
        return logins

    callers = [log_in_repeatedly() for _ in range(wrk.CONNECTIONS)]
    logins = sum(await asyncio.gather(*callers))
    return logins / (time.perf_counter() - began)


def _bcrypt_rate(cost: int) -> float:
    """Returns how many passwords all cores check in a second."""
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(cost))
    ends = time.perf_counter() + LOGIN_SECONDS / 2

    def check(_: int) -> int:
        checked = 0
        while time.perf_counter() < ends:
            bcrypt.checkpw(PASSWORD.encode(), hashed)
            checked += 1
        return checked

    cores = os.cpu_count() or 1
    began = time.perf_counter()
    with ThreadPoolExecutor(cores) as threads:
        checked = sum(threads.map(check, range(cores)))
    return checked / (time.perf_counter() - began)


async def _idle(platform: Platform) -> Figure:
    before = cpu_seconds(platform)
    await asyncio.sleep(IDLE_SECONDS)
    after = cpu_seconds(platform)
    used = sum(after.values()) - sum(before.values())
    return Figure(
        "CPU of all services at rest",
        used / IDLE_SECONDS * 100,
        "% of a core",
        1,
        explained=Section.MEMORY_AND_REST,
    )


def _memory(platform: Platform) -> Figure:
    services = (
        psutil.Process(platform.pid(service)) for service in platform.service_ports
    )
    largest = max(service.memory_full_info().pss for service in services)
    return Figure(
        "memory of the largest service",
        largest / MEGABYTE,
        "MiB",
        80,
        explained=Section.MEMORY_AND_REST,
    )


def _recovery(platform: Platform, rounds: int) -> Figure:
    seconds = []
    for _ in range(rounds):
        for service in platform.service_ports:
            platform.kill(service)
            began = time.perf_counter()
            platform.wait_ready(service)
            seconds.append(time.perf_counter() - began)
    return Figure("a killed service is ready again", median(seconds), "s", 2.5)


def _start(platform: Platform) -> Figure:
    platform.stop()
    began = time.perf_counter()
    platform.start()
    seconds = time.perf_counter() - began
    return Figure("make up with data", seconds, "s", 9, explained=Section.STARTING)


def table(figures: Sequence[Figure]) -> Iterator[str]:
    yield f"{'the platform on this machine':42}{'measured':>10}{'target':>10}"
    for figure in figures:
        bound = f"{'≥' if figure.more_is_better else '≤'} {figure.target:g}"
        verdict = "met" if figure.is_met else "missed"
        yield (
            f"  {figure.name:40}{figure.value:10.1f}{bound:>10} "
            f"{figure.unit:12}{verdict}"
        )
    missed = [figure for figure in figures if not figure.is_met]
    yield from explanations({each.name.strip(): each.explained for each in missed})
