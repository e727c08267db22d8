"""The link limits its requests while Redis hangs."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import TracerProvider

from chassis.redis_client import RedisLink, RedisUnavailable
from chassis.redis_client import link as redis_link
from chassis.testing import Network

pytestmark = pytest.mark.usefixtures("redis_may_hang")


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def network_and_url(redis_url: str) -> AsyncIterator[tuple[Network, str]]:
    async with Network.before(redis_url) as network_and_url:
        yield network_and_url


@pytest.fixture
def network(network_and_url: tuple[Network, str]) -> Network:
    return network_and_url[0]


@pytest_asyncio.fixture
async def link(
    network_and_url: tuple[Network, str], clock: Clock
) -> AsyncIterator[RedisLink]:
    async with RedisLink(network_and_url[1], TracerProvider(), clock) as link:
        yield link


async def unanswered(link: RedisLink, times: int) -> int:
    """Returns how many requests reached Redis, which answers none."""
    sent = 0

    async def question() -> None:
        nonlocal sent
        sent += 1
        await link.ping()

    for _ in range(times):
        with pytest.raises(RedisUnavailable):
            await link.ask(question)
    return sent


async def test_hung_redis_is_asked_once_a_second(
    link: RedisLink,
    clock: Clock,
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network.hang()
    assert redis_link.PAUSE_SECONDS == 1
    assert await unanswered(link, 10) == 1
    clock.now += 0.9
    assert await unanswered(link, 10) == 0
    clock.now += 0.2
    assert await unanswered(link, 10) == 1
    clock.now += 0.9
    assert await unanswered(link, 10) == 0
    network.resume()
    monkeypatch.setattr(redis_link, "RESPONSE_SECONDS", 5.0)
    clock.now += 0.2
    await link.ask(link.ping)
    await link.ask(link.ping)


async def test_waiting_requests_send_one_probe_after_pause(
    link: RedisLink, clock: Clock, network: Network
) -> None:
    network.hang()
    assert await unanswered(link, 1) == 1
    clock.now += 1.1
    assert sum(await asyncio.gather(*(unanswered(link, 1) for _ in range(50)))) == 1
