"""The gateway is restarted, as for a new version, and no request fails.

Clients use two replicas, as behind a load balancer: a request that got no response from
one goes to the other, at once and only once.
"""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle

import httpx
import pytest

from chassis.testing import eventually
from tests.replicas import Replicas
from tools.client.shop import Person, Shop
from tools.local.lifecycle import Platform
from tools.local.ports import GATEWAY
from tools.local.services import is_ready

PIECES = 100_000
# Without its end, a stream would delay the shutdown until the time limit of 10 s.
STREAM_SECONDS = 7.0

Request = Callable[[Shop], Awaitable[httpx.Response]]


@pytest.fixture(scope="module")
def second_gateway(platform: Platform) -> Iterator[Replicas]:
    with Replicas(platform, only=[GATEWAY]).started() as replicas:
        yield replicas


@dataclass
class Clients:
    """
    Attributes:
        statuses: how many responses had each status.
    """

    shops: tuple[Shop, Shop]
    person: Person
    lamp: int
    placed: set[int] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    is_over: bool = False

    async def order(self, shops: Iterator[Shop]) -> None:
        key = uuid.uuid4().hex
        answer = await self._send(
            shops, lambda shop: shop.order(self.person, self.lamp, key=key)
        )
        self.placed.add(answer.json()["id"])

    async def look_at_orders(self, shops: Iterator[Shop]) -> None:
        headers = self.person.headers
        await self._send(
            shops, lambda shop: shop.orders.get("/orders", headers=headers)
        )

    async def browse(self, shops: Iterator[Shop]) -> None:
        path = f"/products/{self.lamp}"
        await self._send(shops, lambda shop: shop.products.get(path))

    async def repeat(self, act: Callable[[Iterator[Shop]], Awaitable[None]]) -> None:
        shops = cycle(self.shops)
        while not self.is_over:
            await act(shops)

    async def go_on(self, more: int = 100) -> None:
        """Waits for more responses."""
        goal = self.statuses.total() + more

        async def check() -> bool:
            return self.statuses.total() >= goal

        await eventually(check, within=60)

    async def _send(self, shops: Iterator[Shop], request: Request) -> httpx.Response:
        while True:
            try:
                answer = await request(next(shops))
            except httpx.TransportError:
                answer = await request(next(shops))
            self.statuses[answer.status_code] += 1
            if answer.status_code in (200, 201, 202):
                return answer
            # On a busy machine a service may be late, and says so itself.
            assert answer.json()["instance"] in ("/orders", "/products"), answer.text
            await asyncio.sleep(int(answer.headers["Retry-After"]))


@asynccontextmanager
async def traffic(
    shops: tuple[Shop, Shop], person: Person, lamp: int
) -> AsyncIterator[Clients]:
    clients = Clients(shops, person, lamp)
    async with asyncio.TaskGroup() as tasks:
        for act in (clients.order, clients.look_at_orders, clients.browse) * 2:
            tasks.create_task(clients.repeat(act))
        try:
            yield clients
        finally:
            clients.is_over = True


async def stop(platform: Platform) -> int:
    """Returns the exit status."""
    await asyncio.to_thread(platform.stop, [GATEWAY])
    return platform.states()[GATEWAY].exit_status


async def test_restart_of_one_of_two_gateways_fails_no_request(
    public_shop: Shop, platform: Platform, second_gateway: Replicas
) -> None:
    seller, ada = await public_shop.register(), await public_shop.register()
    lamp = await public_shop.sell(seller, PIECES)
    async with Shop(second_gateway, through_gateway=True) as other:
        shops = (public_shop, other)
        async with traffic(shops, ada, lamp) as clients:
            await clients.go_on()
            try:
                assert await stop(platform) == 0
                await clients.go_on()
            finally:
                await asyncio.to_thread(platform.start, [GATEWAY])
            await clients.go_on()
    await public_shop.is_at_rest(
        lamp, len(clients.placed), PIECES - len(clients.placed)
    )


async def test_shutdown_finishes_requests_and_ends_streams(
    public_shop: Shop, platform: Platform
) -> None:
    seller, ada = await public_shop.register(), await public_shop.register()
    lamp = await public_shop.sell(seller, 5)
    more = asyncio.Event()
    body = b'{"product_id": %d, "quantity": 1}' % lamp

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:5]
        await more.wait()
        yield body[5:]

    headers = {**ada.headers, "Content-Type": "application/json"}
    stream = public_shop.notifications.stream(
        "GET", "/notifications/stream", headers=ada.headers
    )
    try:
        async with stream as events:
            placing = asyncio.create_task(
                public_shop.orders.post("/orders", content=slowly(), headers=headers)
            )
            await is_in_flight(platform, 2)
            began = time.monotonic()
            stopping = asyncio.create_task(stop(platform))
            # Its end is not that of a cut connection.
            async for _ in events.aiter_bytes():
                pass
            assert time.monotonic() - began < STREAM_SECONDS
        assert not is_ready(platform.service_ports[GATEWAY])
        more.set()
        answer = await placing
        assert answer.status_code in (201, 202), answer.text
        assert await stopping == 0
    finally:
        await asyncio.to_thread(platform.start, [GATEWAY])


async def is_in_flight(platform: Platform, requests: int) -> None:
    port = platform.environment(GATEWAY)["METRICS_PORT"]
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

        async def check() -> bool:
            metrics = (await client.get("/metrics")).text
            return f"http_requests_in_flight {requests}.0" in metrics

        await eventually(check)
