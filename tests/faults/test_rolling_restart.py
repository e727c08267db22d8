"""The services and the gateway are restarted in turn, as for a new version: clients of
the gateway that retry get all that they ask for."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
import psutil

from chassis.testing import eventually
from tools.client.shop import PASSWORD, Person, Shop
from tools.local.lifecycle import Platform
from tools.local.ports import PORTS
from tools.local.services import is_ready

# Longer than a restart takes on a busy machine: seconds.
PATIENCE = 120
PIECES = 100_000


async def ask(call: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """Asks the same thing until there is an answer to it."""

    async def answered() -> httpx.Response | None:
        try:
            answer = await call()
        except httpx.TransportError:
            return None
        if answer.status_code == 503:
            await asyncio.sleep(int(answer.headers["Retry-After"]))
        if answer.status_code in (502, 503, 504):
            return None
        return None if "request_in_progress" in answer.text else answer

    return await eventually(answered, within=PATIENCE, every=0.2)


@dataclass
class Traffic:
    """People who go on doing what they do.

    Attributes:
        done: what they have got so far.
    """

    shop: Shop
    person: Person
    lamp: int
    placed: set[int] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    is_over: bool = False

    async def order(self) -> None:
        key = uuid.uuid4().hex
        answer = await ask(lambda: self.shop.order(self.person, self.lamp, key=key))
        assert answer.status_code in (201, 202), answer.text
        self.placed.add(answer.json()["id"])

    async def look_at_orders(self) -> None:
        await self._get(self.shop.orders, "/orders")

    async def look_at_notifications(self) -> None:
        await self._get(self.shop.notifications, "/notifications")

    async def browse(self) -> None:
        await self._get(self.shop.products, f"/products/{self.lamp}")

    async def log_in(self) -> None:
        form = {"username": self.person.username, "password": PASSWORD}
        answer = await ask(lambda: self.shop.users.post("/login", data=form))
        assert answer.status_code == 200, answer.text

    async def _get(self, client: httpx.AsyncClient, path: str) -> None:
        answer = await ask(lambda: client.get(path, headers=self.person.headers))
        assert answer.status_code == 200, answer.text

    async def repeat(self, wish: Callable[[], Awaitable[None]]) -> None:
        while not self.is_over:
            await wish()
            self.done[wish.__name__] += 1

    async def goes_on(self) -> None:
        """Waits until everybody has got something more."""
        before = self.done.copy()

        async def check() -> bool:
            return all(self.done[wish] > times + 1 for wish, times in before.items())

        await eventually(check, within=2 * PATIENCE, every=0.2)


@asynccontextmanager
async def traffic(shop: Shop) -> AsyncIterator[Traffic]:
    seller, ada = await shop.register(), await shop.register()
    people = Traffic(shop, ada, await shop.sell(seller, PIECES))
    wishes = (
        *(people.order, people.order, people.look_at_orders),
        *(people.look_at_notifications, people.browse, people.log_in),
    )
    people.done.update({wish.__name__: 0 for wish in wishes})
    async with asyncio.TaskGroup() as everybody:
        for wish in wishes:
            everybody.create_task(people.repeat(wish))
        yield people
        people.is_over = True


async def test_rolling_restart_refuses_and_loses_nothing(
    public_shop: Shop, platform: Platform
) -> None:
    exits = {}
    async with traffic(public_shop) as people:
        await people.goes_on()
        for service in PORTS:
            exits[service] = await _restart(platform, service)
            await people.goes_on()
    assert exits == dict.fromkeys(PORTS, 0)
    await _is_settled(people)


async def _restart(platform: Platform, service: str) -> int:
    """Returns the exit status."""
    try:
        await asyncio.to_thread(platform.stop, [service])
        return platform.states()[service].exit_status
    finally:
        await asyncio.to_thread(platform.start, [service], PATIENCE)


async def _is_settled(people: Traffic) -> None:
    count = len(people.placed)

    async def check() -> bool:
        statuses = await people.shop.statuses(people.person)
        assert statuses == {"confirmed": count}, (statuses, count)
        return True

    await eventually(check, within=40, every=0.5)
    await people.shop.is_at_rest(people.lamp, count, PIECES - count)
    await people.shop.are_notified_of(people.person, people.placed, "order.created")


async def test_shutdown_finishes_requests_in_flight(
    shop: Shop, platform: Platform
) -> None:
    seller, ada = await shop.register(), await shop.register()
    body = b'{"product_id": %d, "quantity": 1}' % await shop.sell(seller, 5)
    more = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:5]
        await more.wait()
        yield body[5:]

    placing = asyncio.create_task(
        shop.orders.post(
            "/orders",
            content=slowly(),
            headers={**ada.headers, "Content-Type": "application/json"},
        )
    )
    await _is_in_flight(shop.orders)
    process = psutil.Process(platform.pid("order-service"))
    stopping = asyncio.create_task(_restart(platform, "order-service"))

    async def is_unready() -> bool:
        return not is_ready(platform.service_ports["order-service"])

    await eventually(is_unready)
    assert process.is_running()
    more.set()
    answer = await placing
    assert answer.status_code in (201, 202), answer.text
    assert await stopping == 0


async def _is_in_flight(client: httpx.AsyncClient) -> None:
    """Waits until there is a request beside that for the metrics."""

    async def check() -> bool:
        metrics = (await client.get("/metrics")).text
        return "http_requests_in_flight 2.0" in metrics

    await eventually(check)
