"""Compares what a request costs the services with what it costs a yardstick, by turns.

CPU is that of the services, or of the yardstick: neither wrk nor the stores count.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx
import psycopg

from tools.bench import processor, wrk, yardstick, yardsticks
from tools.bench.comparisons import Comparison, comparisons
from tools.bench.explaining import explanations
from tools.bench.journeys import Journeys
from tools.bench.scene import PRODUCTION, ROOT, Scene
from tools.bench.yardstick import Yardstick
from tools.client.shop import Shop
from tools.local.errors import PlatformError
from tools.local.lifecycle import Platform

TABLES = Path(yardsticks.__file__).with_name("tables.sql")
SCHEMA = "yardsticks"
# One list page of 50, and the first of each kind of request.
ORDERS = 60
CUSTOMERS, TOKENS_EACH = 50, 20
# As long as it takes to use each of 1,000 tokens once.
WARM_UP_SECONDS, TURN_SECONDS = 4, 3


@dataclass
class Row:
    """
    Attributes:
        ours, yardsticks: milliseconds of CPU for each request, for each turn.
        others: the share of the machine that processes of others used, at most.
    """

    comparison: Comparison
    ours: list[float] = field(default_factory=list)
    yardsticks: list[float] = field(default_factory=list)
    others: float = 0.0

    @property
    def ratio(self) -> float:
        pairs = zip(self.ours, self.yardsticks, strict=True)
        return median(ours / yardstick for ours, yardstick in pairs)

    @property
    def is_met(self) -> bool:
        return self.ratio <= self.comparison.target


async def measure(scene: Scene, rounds: int) -> Iterator[str]:
    platform = scene.restarted(PRODUCTION)
    rows = []
    async with Shop(platform) as shop:
        journeys = await Journeys.prepared(shop)
        for _ in range(ORDERS):
            await journeys.order()()
        await journeys.all_are_notified()
        bench = _Bench(platform, journeys)
        for comparison in comparisons(journeys, await _tokens(shop)):
            rows.append(await bench.compare(comparison, rounds))
            print(_line(rows[-1]), flush=True)
    return table(rows)


async def _tokens(shop: Shop) -> Sequence[str]:
    """Returns 1,000 access tokens of a few customers."""
    tokens = []
    for _ in range(CUSTOMERS):
        customer = await shop.register()
        for _ in range(TOKENS_EACH):
            customer = await shop.renew(customer)
            tokens.append(customer.token)
    return tokens


@dataclass(frozen=True)
class _Bench:
    platform: Platform
    journeys: Journeys

    async def compare(self, comparison: Comparison, rounds: int) -> Row:
        row = Row(comparison)
        with self._yardstick(comparison) as stick:
            await self._take_turn(Row(comparison), stick, WARM_UP_SECONDS)
            for _ in range(rounds):
                await self._take_turn(row, stick, TURN_SECONDS)
        return row

    async def _take_turn(self, row: Row, stick: Yardstick, seconds: int) -> None:
        compared = row.comparison
        ours = await self._ours(row, compared.requests, compared.seconds or seconds)
        if compared.base:
            ours -= await self._ours(row, compared.base, seconds)
        row.ours.append(ours)
        pids = [stick.pid]
        requests = compared.yardstick_requests
        row.yardsticks.append(await self._cost(row, stick.url, requests, pids, seconds))

    async def _ours(
        self, row: Row, requests: Sequence[wrk.Request], seconds: int
    ) -> float:
        url = self.platform.url(row.comparison.service)
        pids = processor.services_of(self.platform)
        return await self._cost(row, url, requests, pids, seconds)

    async def _cost(
        self,
        row: Row,
        url: str,
        requests: Sequence[wrk.Request],
        pids: Sequence[int],
        seconds: int,
    ) -> float:
        """Returns the milliseconds of CPU that one of the requests costs."""

        async def work() -> wrk.Load:
            load = await wrk.send(url, requests, seconds)
            if row.comparison.settles:
                await self.journeys.all_are_notified()
            return load

        load, usage = await processor.observe(work, pids, ROOT)
        if load.failed:
            name = row.comparison.name
            raise PlatformError(f"{name}: {load.failed} of {load.requests} failed")
        row.others = max(row.others, usage.others)
        return usage.measured / load.requests * 1000

    @contextmanager
    def _yardstick(self, comparison: Comparison) -> Iterator[Yardstick]:
        answer = ROOT / "yardstick.json"
        request = comparison.requests[0]
        if request.method == "GET":
            url = self.platform.url(comparison.service) + request.path
            content = httpx.get(url, headers=request.headers).content
            answer.write_bytes(content)
        environment = {
            "YARDSTICK_FILE": str(answer),
            "YARDSTICK_DATABASE_URL": self._fresh_database(),
        }
        with yardstick.running(comparison.yardstick, environment) as stick:
            yield stick

    def _fresh_database(self) -> str:
        """Returns the URL of a new schema beside product-service's tables."""
        given = self.platform.environment("product-service")["DATABASE_URL"]
        url = given.replace("+psycopg", "", 1)
        with psycopg.connect(url) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
            connection.execute(f"CREATE SCHEMA {SCHEMA}")
            connection.execute(f"SET search_path = {SCHEMA}")
            connection.execute(TABLES.read_bytes())
        return f"{url}?options=-csearch_path%3D{SCHEMA}"


def table(rows: Sequence[Row]) -> Iterator[str]:
    yield "CPU of all services, and of a yardstick, for each request; 16 connections"
    yield (
        f"  {'milliseconds':32}{'ours':>8}{'yardstick':>11}{'ratio':>8}{'target':>8}"
        f"{'':10}{'others':>8}"
    )
    yield from map(_line, rows)
    missed = [row.comparison for row in rows if not row.is_met]
    yield from explanations({each.name: each.explained for each in missed})


def _line(row: Row) -> str:
    met = "met" if row.is_met else "missed"
    return (
        f"  {row.comparison.name:32}{median(row.ours):8.2f}"
        f"{median(row.yardsticks):11.2f}{row.ratio:8.1f}{row.comparison.target:8.0f}"
        f"{met:>10}{row.others:8.0%}"
    )
