"""Compares the throughput under a crowd with that of a few clients, by turns."""

from collections.abc import Iterator, Sequence
from statistics import median

from tools.bench import wrk
from tools.bench.comparisons import order_of, signed
from tools.bench.journeys import AMPLE, Journeys
from tools.bench.machine import Figure, table
from tools.bench.scene import PRODUCTION, Scene
from tools.client.shop import Shop

FEW = 16
CONNECTIONS, BUYERS = 128, 200
# They share some accounts: registering takes a second of CPU for two of them.
ACCOUNTS = 20
READ_SECONDS, ORDER_SECONDS = 4, 10
SHARE = 80
# The contract's time limit for an order.
ANSWER_MS = 3000


async def measure(scene: Scene, rounds: int) -> Iterator[str]:
    platform = scene.restarted(PRODUCTION)
    async with Shop(platform) as shop:
        journeys = await Journeys.prepared(shop)
        reads = [wrk.Request(f"/products/{each}") for each in journeys.products]
        customers = [await shop.register() for _ in range(ACCOUNTS)]
        product_id = await shop.sell(journeys.customer, AMPLE)
        orders = [signed(order_of(product_id), each.token) for each in customers]
        figures = [
            *await _compare(
                f"GET /products/{{id}}, {CONNECTIONS} at once",
                platform.url("product-service"),
                reads,
                (CONNECTIONS, READ_SECONDS, rounds),
            ),
            *await _compare(
                f"POST /orders, {BUYERS} of one product",
                platform.url("order-service"),
                orders,
                (BUYERS, ORDER_SECONDS, rounds),
            ),
        ]
    return table(figures)


async def _compare(
    name: str,
    url: str,
    requests: Sequence[wrk.Request],
    crowd: tuple[int, int, int],
) -> Sequence[Figure]:
    """Returns the share of the few clients' throughput, the slowest response, and
    the failures."""
    connections, seconds, rounds = crowd
    shares, slowest, failed = [], [], 0
    for _ in range(rounds):
        few = await wrk.send(url, requests, seconds, FEW)
        many = await wrk.send(url, requests, seconds, connections)
        shares.append((many.requests - many.failed) / few.requests * 100)
        slowest.append(many.max_ms)
        failed += few.failed + many.failed
    return [
        Figure(f"{name}, of {FEW}'s", median(shares), "%", SHARE, True),
        Figure("  slowest response", max(slowest), "ms", ANSWER_MS),
        Figure("  requests that failed", failed, "", 0),
    ]
