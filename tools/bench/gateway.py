"""Measures what the gateway adds to the cost of requests, by turns with direct ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from tools.bench import processor, wrk, yardstick
from tools.bench.comparisons import signed
from tools.bench.journeys import Journeys
from tools.bench.measuring import cpu_seconds
from tools.bench.scene import ROOT, Scene
from tools.bench.yardstick import Yardstick
from tools.client.shop import Shop
from tools.local.errors import PlatformError
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY

PUBLIC = "/api/v1"
# One list page of 50, and the first of each kind of request.
ORDERS = 60
WARM_UP_SECONDS, TURN_SECONDS = 4, 3
TARGET = 6.0


@dataclass(frozen=True)
class Read:
    """Requests to one service, whose public paths only have another beginning."""

    name: str
    service: str
    requests: Sequence[wrk.Request]


@dataclass
class Row:
    """
    Attributes:
        direct, by_gateway: milliseconds of CPU of all services for each request, for
            each turn.
        own: those of the gateway alone.
        yardsticks: those of FastAPI for one fixed model.
        others: the share of the machine that processes of others used, at most.
    """

    name: str
    direct: list[float] = field(default_factory=list)
    by_gateway: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    yardsticks: list[float] = field(default_factory=list)
    others: float = 0.0

    @property
    def added(self) -> list[float]:
        pairs = zip(self.by_gateway, self.direct, strict=True)
        return [by_gateway - direct for by_gateway, direct in pairs]

    def ratio(self, costs: Sequence[float]) -> float:
        return median(c / y for c, y in zip(costs, self.yardsticks, strict=True))


async def measure(scene: Scene, rounds: int) -> Iterator[str]:
    rows = []
    with scene.behind_gateway({}) as platform:
        async with Shop(platform) as shop:
            journeys = await Journeys.prepared(shop)
            for _ in range(ORDERS):
                await journeys.order()()
            await journeys.all_are_notified()
            for read in reads(journeys):
                rows.append(await _compare(platform, read, rounds))
                print(_line(rows[-1]), flush=True)
    return table(rows)


def reads(journeys: Journeys) -> Sequence[Read]:
    token = journeys.customer.token
    return [
        Read(
            "GET /products/{id}, cached",
            "product-service",
            [wrk.Request(f"/products/{each}") for each in journeys.products],
        ),
        Read(
            "GET /products?limit=20, cached",
            "product-service",
            [wrk.Request("/products?limit=20")],
        ),
        Read(
            "GET /orders?limit=1, own",
            "order-service",
            [signed(wrk.Request("/orders?limit=1"), token)],
        ),
    ]


async def _compare(platform: Platform, read: Read, rounds: int) -> Row:
    row = Row(read.name)
    with yardstick.running("fixed_model", {}) as stick:
        await _take_turn(platform, read, Row(read.name), stick, WARM_UP_SECONDS)
        for _ in range(rounds):
            await _take_turn(platform, read, row, stick, TURN_SECONDS)
    return row


async def _take_turn(
    platform: Platform, read: Read, row: Row, stick: Yardstick, seconds: int
) -> None:
    services = processor.services_of(platform)
    public = [replace(each, path=PUBLIC + each.path) for each in read.requests]
    direct, _ = await _cost(
        row, platform.url(read.service), read.requests, services, seconds
    )
    before = cpu_seconds(platform)[GATEWAY]
    by_gateway, answered = await _cost(
        row, platform.url(GATEWAY), public, services, seconds
    )
    own = (cpu_seconds(platform)[GATEWAY] - before) / answered * 1000
    one, _ = await _cost(row, stick.url, [wrk.Request()], [stick.pid], seconds)
    row.direct.append(direct)
    row.by_gateway.append(by_gateway)
    row.own.append(own)
    row.yardsticks.append(one)


async def _cost(
    row: Row,
    url: str,
    requests: Sequence[wrk.Request],
    pids: Sequence[int],
    seconds: int,
) -> tuple[float, int]:
    """Returns the milliseconds of CPU of one request, and how many were answered."""
    load, usage = await processor.observe(
        lambda: wrk.send(url, requests, seconds), pids, ROOT
    )
    if load.failed:
        raise PlatformError(f"{row.name}: {load.failed} of {load.requests} failed")
    row.others = max(row.others, usage.others)
    return usage.measured / load.requests * 1000, load.requests


def table(rows: Sequence[Row]) -> Iterator[str]:
    yield "CPU that the gateway adds to each request, as a multiple of FastAPI's"
    yield (
        f"  {'milliseconds':32}{'direct':>8}{'by gateway':>12}{'added':>8}"
        f"{'FastAPI':>9}{'its own':>9}{'added':>8}{'target':>8}{'':10}{'others':>8}"
    )
    yield from map(_line, rows)


def _line(row: Row) -> str:
    added = row.ratio(row.added)
    return (
        f"  {row.name:32}{median(row.direct):8.2f}{median(row.by_gateway):12.2f}"
        f"{median(row.added):8.2f}{median(row.yardsticks):9.2f}"
        f"{row.ratio(row.own):8.1f}x{added:7.1f}x{TARGET:7.0f}x"
        f"{'met' if added <= TARGET else 'missed':>10}{row.others:8.0%}"
    )
