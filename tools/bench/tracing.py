"""Measures the cost of tracing orders.

The same load runs with tracing off, as in production, and with every trace recorded.
"""

from collections.abc import Iterator, Mapping
from statistics import median

from tools.bench.journeys import Journeys
from tools.bench.measuring import Cost, cost_of
from tools.bench.scene import PRODUCTION, Scene
from tools.client.shop import Shop

ORDERS, AT_ONCE, WARM_UP = 300, 4, 40
OFF, ONE_IN_TEN, EVERYTHING = "off", "one in ten", "every one"
VARIANTS: Mapping[str, Mapping[str, str]] = {
    OFF: {"OTEL_SDK_DISABLED": "true"},
    ONE_IN_TEN: PRODUCTION,
    EVERYTHING: {"OTEL_TRACES_SAMPLER": "parentbased_always_on"},
}

Costs = dict[str, list[Cost]]


async def measure(scene: Scene, rounds: int) -> Iterator[str]:
    return table(await _costs(scene, rounds))


async def _costs(scene: Scene, rounds: int) -> Costs:
    """Returns the costs of each variant, one for each round."""
    costs: Costs = {name: [] for name in VARIANTS}
    for turn in range(rounds):
        # Forth and back, so that a machine that becomes busier favours no variant.
        for name in list(VARIANTS)[:: -1 if turn % 2 else 1]:
            platform = scene.restarted(VARIANTS[name])
            async with Shop(platform) as shop:
                journeys = await Journeys.prepared(shop)
                order, rest = journeys.order(), journeys.all_are_notified
                await cost_of(
                    platform, order, times=WARM_UP, at_once=AT_ONCE, until=rest
                )
                cost = await cost_of(
                    platform, order, times=ORDERS, at_once=AT_ONCE, until=rest
                )
            costs[name].append(cost)
            print(f"  traced: {name:12}{cost.total_cpu_ms():7.1f} ms", flush=True)
    return costs


def table(costs: Costs) -> Iterator[str]:
    rounds = len(costs[OFF])
    yield f"CPU for each POST /orders, median of {rounds} rounds of {ORDERS}"
    yield f"  {'traced':22}" + "".join(f"{name:>14}" for name in costs)
    for service in costs[OFF][0].cpu:
        medians = (median(c.cpu_ms(service) for c in costs[name]) for name in costs)
        yield f"  {service:22}" + "".join(f"{ms:11.1f} ms" for ms in medians)
    totals = (median(c.total_cpu_ms() for c in costs[name]) for name in costs)
    yield f"  {'all':22}" + "".join(f"{ms:11.1f} ms" for ms in totals)
    more = (median(_ratios(costs, name)) - 1 for name in costs)
    yield f"  {'more than off':22}" + "".join(f"{share:14.0%}" for share in more)


def _ratios(costs: Costs, name: str) -> Iterator[float]:
    """To the same round without tracing: what else the machine does changes slowly."""
    for traced, off in zip(costs[name], costs[OFF], strict=True):
        yield traced.total_cpu_ms() / off.total_cpu_ms()
