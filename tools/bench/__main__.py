"""`make bench [ONLY=journeys|bodies|tracing] [ROUNDS=4]`: what requests cost services.

On a platform of its own. The clients run on the same machine, so that times of waiting
are for comparing only; CPU is that of the services alone.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator

from tests.shop import Shop
from tools.bench import bodies, tracing
from tools.bench.journeys import Journeys
from tools.bench.measuring import Cost, measure
from tools.bench.scene import Scene
from tools.local.errors import PlatformError
from tools.local.termination import unwind_at_signals

REQUESTS, LOG_INS, AT_ONCE = 400, 60, 4


def main() -> int:
    arguments = _arguments()
    unwind_at_signals()
    try:
        print("starting a platform of its own", flush=True)
        with Scene.running() as scene:
            if arguments.only in (None, "journeys"):
                _tell(_journeys(asyncio.run(_measure_journeys(scene))))
            if arguments.only in (None, "bodies"):
                _tell(bodies.table(asyncio.run(bodies.cost_of_bodies(scene))))
            if arguments.only in (None, "tracing"):
                costs = asyncio.run(tracing.cost_of_tracing(scene, arguments.rounds))
                _tell(tracing.table(costs))
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


async def _measure_journeys(scene: Scene) -> dict[str, Cost]:
    platform = scene.restarted({"OTEL_SDK_DISABLED": "true"})
    costs = {}
    async with Shop(platform) as shop:
        journeys = await Journeys.prepared(shop)
        await journeys.order()()
        for name, request in journeys.all().items():
            often = LOG_INS if name == "POST /login" else REQUESTS
            for times in (often // 10, often):  # the first is to warm up
                costs[name] = await measure(
                    platform,
                    request,
                    times=times,
                    at_once=AT_ONCE,
                    until=journeys.all_are_notified,
                )
    return costs


def _journeys(costs: dict[str, Cost]) -> Iterator[str]:
    services = next(iter(costs.values())).cpu
    yield f"{AT_ONCE} at once: the wait of clients, and the CPU of each service"
    names = "".join(f"{name.removesuffix('-service'):>14}" for name in services)
    yield f"  {'milliseconds':24}{'times':>6}{'50 %':>8}{'95 %':>8}{names}"
    for journey, cost in costs.items():
        waits = "".join(f"{cost.wait_ms(share):8.1f}" for share in (0.5, 0.95))
        cpu = "".join(f"{cost.cpu_ms(service):14.1f}" for service in services)
        yield f"  {journey:24}{len(cost.waits):6}{waits}{cpu}"


def _tell(lines: Iterator[str]) -> None:
    print("\n" + "\n".join(lines), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--only", choices=("journeys", "bodies", "tracing"))
    parser.add_argument("--rounds", type=int, default=4, help="of each way of tracing")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
