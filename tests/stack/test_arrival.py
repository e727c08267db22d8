"""Every line and span arrives, also after a crash of what keeps it."""

import asyncio
import signal
import time

import pytest

from chassis.testing import eventually
from tests.known_orders import KnownOrder, place_known_order
from tests.stack.conftest import Watched
from tests.stack.grafana import Line
from tools.client.shop import Shop

pytestmark = pytest.mark.slow

SERVICES = ("user-service", "product-service", "order-service", "notification-service")


async def lines(watched: Watched, query: str) -> list[Line]:
    now = time.time()
    return await watched.grafana.lines(query, now - 3600, now + 60)


@pytest.mark.usefixtures("order")
@pytest.mark.parametrize(
    "program", [*SERVICES, "postgres", "rabbitmq", "redis", "mail"]
)
async def test_every_line_of_program_is_in_loki(watched: Watched, program: str) -> None:
    async def check() -> bool:
        written = [line for line in watched.platform.log(program).splitlines() if line]
        kept = {line.text for line in await lines(watched, f'{{service="{program}"}}')}
        assert kept
        # Loki's answer is limited to the latest lines.
        assert set(written[-len(kept) :]) - kept == set()
        return True

    await eventually(check, within=30)


async def test_killed_programs_lose_nothing_they_had(
    order: KnownOrder, watched: Watched
) -> None:
    query = f'{{service=~".+"}} |= `{order.trace_id}`'
    before = await lines(watched, query)
    spans = await watched.grafana.trace(order.trace_id)
    for name in ("loki", "jaeger", "alloy"):
        watched.platform.kill(name, signal.SIGKILL)
    for name in ("loki", "jaeger", "alloy"):
        await asyncio.to_thread(watched.platform.wait_ready, name)

    # Lines and spans of the notification may have arrived since.
    assert set(before) <= set(await lines(watched, query))
    assert set(spans) <= set(await watched.grafana.trace(order.trace_id))


async def test_lines_logged_while_loki_is_down_arrive(
    customers: Shop, watched: Watched
) -> None:
    with watched.platform.aside("loki"):
        order = await place_known_order(customers)

    async def arrived() -> bool:
        found = await lines(watched, f'{{service=~".+"}} |= `{order.trace_id}`')
        return {line.service for line in found} == set(SERVICES)

    await eventually(arrived, within=90, every=1)


@pytest.mark.parametrize("name", ["loki", "jaeger", "alloy"])
async def test_hanging_program_delays_no_order(
    customers: Shop, watched: Watched, name: str
) -> None:
    with watched.platform.paused(name):
        await place_known_order(customers)
