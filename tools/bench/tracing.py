"""Measures the cost of tracing orders, which have log lines and metrics in any case.

The same processes carry out blocks of orders by turns: none recorded, one in ten as in
production, and every one.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from statistics import median

from chassis.testing import Collector, eventually
from tools.bench import log_volume
from tools.bench.journeys import Journeys
from tools.bench.log_volume import Volume
from tools.bench.measuring import Cost, Request, cost_of
from tools.bench.scene import BATCHED, Scene
from tools.client.shop import Shop

ORDERS, AT_ONCE, WARM_UP = 100, 2, 40
NONE, ONE_IN_TEN, EVERYTHING = "none", "one in ten", "every one"
# The first of so many orders is recorded; of 0, none.
VARIANTS: Mapping[str, int] = {NONE: 0, ONE_IN_TEN: 10, EVERYTHING: 1}
MOST_FOR_ONE_IN_TEN = 0.10
# The services whose spans each order has.
RECORDED = {"order-service", "product-service", "notification-service"}
# The services follow the decision of the customer.
SETTINGS = {**BATCHED, "OTEL_TRACES_SAMPLER": "parentbased_always_off"}

Costs = dict[str, list[Cost]]


@dataclass
class Traced:
    """Orders of a customer who decides which of them are recorded."""

    journeys: Journeys
    collector: Collector
    one_in: int
    recorded: list[str] = field(default_factory=list)

    def order(self) -> Request:
        turn = count()

        async def place() -> None:
            number = next(turn)
            headers = self.journeys.customer.headers | self._headers(number)
            products = self.journeys.products
            body = {"product_id": products[number % len(products)], "quantity": 1}

            async def is_placed() -> bool:
                orders = self.journeys.shop.orders
                answer = await orders.post("/orders", json=body, headers=headers)
                # A machine that is busy with other things promises some orders (202),
                # and refuses some (503).
                assert answer.status_code in (201, 202), answer.text
                return True

            await eventually(is_placed, within=60)

        return place

    def _headers(self, number: int) -> dict[str, str]:
        if not self.one_in or number % self.one_in:
            return {}
        self.recorded.append(secrets.token_hex(16))
        return {"traceparent": f"00-{self.recorded[-1]}-{secrets.token_hex(8)}-01"}

    async def rest(self) -> None:
        """Waits until all are notified and all spans exported, which costs CPU too."""
        await self.journeys.all_are_notified()

        async def are_exported() -> bool:
            traces = (self.collector.trace(trace_id) for trace_id in self.recorded)
            return all({span.service for span in trace} >= RECORDED for trace in traces)

        await eventually(are_exported, within=60, every=0.5)


async def measure(scene: Scene, rounds: int) -> Iterator[str]:
    platform = scene.restarted(SETTINGS)
    costs: Costs = {name: [] for name in VARIANTS}
    async with Shop(platform) as shop:
        journeys = await Journeys.prepared(shop)
        warm = Traced(journeys, scene.collector, one_in=1)
        await cost_of(
            platform, warm.order(), times=WARM_UP, at_once=AT_ONCE, until=warm.rest
        )
        logged = Volume.so_far(platform)
        for turn in range(rounds):
            # Forth and back, so that a machine that becomes busier favours no variant.
            for name in list(VARIANTS)[:: -1 if turn % 2 else 1]:
                block = Traced(journeys, scene.collector, VARIANTS[name])
                cost = await cost_of(
                    platform,
                    block.order(),
                    times=ORDERS,
                    at_once=AT_ONCE,
                    until=block.rest,
                )
                costs[name].append(cost)
                print(f"  traced: {name:12}{cost.total_cpu_ms():7.1f} ms", flush=True)
        orders = rounds * len(VARIANTS) * ORDERS
        volume = Volume.so_far(platform).per_order(logged, orders)
    return chain(table(costs), log_volume.table(volume))


def table(costs: Costs) -> Iterator[str]:
    rounds = len(costs[NONE])
    yield f"CPU for each POST /orders, median of {rounds} rounds of {ORDERS}"
    yield f"  {'traced':22}" + "".join(f"{name:>14}" for name in costs)
    for service in costs[NONE][0].cpu:
        medians = (median(c.cpu_ms(service) for c in costs[name]) for name in costs)
        yield f"  {service:22}" + "".join(f"{ms:11.1f} ms" for ms in medians)
    totals = (median(c.total_cpu_ms() for c in costs[name]) for name in costs)
    yield f"  {'all':22}" + "".join(f"{ms:11.1f} ms" for ms in totals)
    more = (median(_ratios(costs, name)) - 1 for name in costs)
    yield f"  {'more than none':22}" + "".join(f"{share:14.0%}" for share in more)
    share = median(_ratios(costs, ONE_IN_TEN)) - 1
    verdict = "met" if share <= MOST_FOR_ONE_IN_TEN else "missed"
    yield f"  one in ten: {share:.1%}, at most {MOST_FOR_ONE_IN_TEN:.0%}: {verdict}"


def _ratios(costs: Costs, name: str) -> Iterator[float]:
    """To the same round without tracing: what else the machine does changes slowly."""
    for traced, none in zip(costs[name], costs[NONE], strict=True):
        yield traced.total_cpu_ms() / none.total_cpu_ms()
