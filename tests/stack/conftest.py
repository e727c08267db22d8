"""A platform that the real Loki, Alloy and Jaeger watch, as in local mode."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from chassis.testing import eventually
from tests.known_orders import KnownOrder, place_known_order
from tests.stack.grafana import Grafana
from tests.stack.programs import FIND, missing
from tools.client.shop import Shop
from tools.local import alloy_agent, jaeger_server, loki_server
from tools.local.lifecycle import Platform
from tools.local.observer import Ports
from tools.local.ports import SERVICE_PORTS, free_ports

ROOT = Path(".local/watched")
WATCHING = (loki_server, alloy_agent, jaeger_server)


# The others need Loki, Alloy and Jaeger.
NEEDS_MAILPIT = {"test_mailpit.py"}
collect_ignore = [
    path.name
    for path in Path(__file__).parent.glob("test_*.py")
    if (
        missing("mailpit")
        if path.name in NEEDS_MAILPIT
        else missing("loki", "alloy", "jaeger")
    )
]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if collect_ignore and terminalreporter.config.option.markexpr != "not slow":
        names = missing(*FIND)
        terminalreporter.write_line(
            f"tests/stack: {len(collect_ignore)} files skipped, because"
            f" {', '.join(names)} are not installed;"
            f" {', '.join(f'{name.upper()}=' for name in names)} would name them."
        )


@dataclass(frozen=True)
class Watched:
    platform: Platform
    ports: dict[str, Ports]

    @property
    def grafana(self) -> Grafana:
        loki, jaeger = self.ports[loki_server.NAME], self.ports[jaeger_server.NAME]
        return Grafana(jaeger["ui"], loki["http"])


@pytest.fixture(scope="session")
def watched() -> Iterator[Watched]:
    ports: dict[str, Ports] = {
        module.NAME: dict(zip(module.PORTS, free_ports(len(module.PORTS)), strict=True))
        for module in WATCHING
    }
    services = dict(zip(SERVICE_PORTS, free_ports(len(SERVICE_PORTS)), strict=True))
    given = {
        "DATABASE_POOL_SIZE": "5",
        "BCRYPT_COST": "4",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }
    platform = Platform(ROOT, services, given=given, observers=ports)
    platform.delete()
    try:
        platform.start()
        for module in WATCHING:
            platform.wait_ready(module.NAME)
        yield Watched(platform, ports)
    finally:
        platform.stop()


@pytest_asyncio.fixture
async def customers(watched: Watched) -> AsyncIterator[Shop]:
    for name in watched.platform.states():
        await asyncio.to_thread(watched.platform.wait_ready, name)
    async with Shop(watched.platform) as shop:
        yield shop


@pytest_asyncio.fixture
async def order(customers: Shop, watched: Watched) -> KnownOrder:
    """An order, all of whose spans and lines have arrived."""
    placed = await place_known_order(customers)

    async def has_arrived() -> bool:
        spans = await watched.grafana.trace(placed.trace_id)
        return any(span.name == "send mail" for span in spans)

    await eventually(has_arrived, within=60)
    return placed
