"""Limits that replicas share, and that hold without Redis."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
import pytest_asyncio
from opentelemetry.sdk.trace import TracerProvider
from redis.asyncio import Redis

from app.limits import counters
from app.limits.counters import (
    KEY_PREFIX,
    BoundedMemory,
    Counters,
    Window,
    Windows,
)
from app.limits.limiter import Limiter
from app.limits.policy import Policy, require_rate
from chassis.redis_client import RedisLink
from chassis.redis_client import link as redis_link
from chassis.testing import Network, metric

FIVE = Policy("test", "5/hour")
THOUSAND = Policy("test", "1000/hour")


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
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """Redis without any counts."""
    async with Redis.from_url(redis_url) as redis:
        async for key in redis.scan_iter(f"{KEY_PREFIX}*"):
            await redis.delete(key)
        yield redis


@pytest_asyncio.fixture
async def network(redis_url: str, redis: Redis) -> AsyncIterator[tuple[Network, str]]:
    assert redis
    async with Network.before(redis_url) as network_and_url:
        yield network_and_url


Replica = Callable[[], Coroutine[Any, Any, Limiter]]


@pytest_asyncio.fixture
async def replica(network: tuple[Network, str], clock: Clock) -> AsyncIterator[Replica]:
    """Starts a process of the gateway, as far as limits go."""
    links: list[RedisLink] = []

    async def start() -> Limiter:
        link = RedisLink(network[1], TracerProvider(), clock)
        links.append(await link.__aenter__())
        return Limiter(Counters(link), clock)

    yield start
    for link in links:
        await link.__aexit__()


async def admitted(limiter: Limiter, policy: Policy, times: int) -> int:
    standings = [await limiter.admit(policy, "ada") for _ in range(times)]
    return sum(standing.is_admitted for standing in standings)


async def test_replicas_share_limit(replica: Replica) -> None:
    one, other = await replica(), await replica()

    assert await admitted(one, FIVE, 3) == 3
    assert await admitted(other, FIVE, 4) == 2
    assert await admitted(one, FIVE, 1) == 0


async def test_requests_at_once_share_limit(replica: Replica) -> None:
    replicas = [await replica(), await replica()]

    standings = await asyncio.gather(
        *(replicas[n % 2].admit(FIVE, "ada") for n in range(20))
    )

    assert sum(standing.is_admitted for standing in standings) == 5


async def test_callers_and_classes_have_limits_of_their_own(replica: Replica) -> None:
    limiter = await replica()
    await admitted(limiter, FIVE, 6)

    assert (await limiter.admit(FIVE, "bob")).is_admitted
    assert (await limiter.admit(Policy("other", "5/hour"), "ada")).is_admitted


async def test_standing_counts_down(replica: Replica) -> None:
    limiter = await replica()

    remaining = [(await limiter.admit(FIVE, "ada")).remaining for _ in range(6)]
    refused = await limiter.admit(FIVE, "ada")

    assert remaining == [4, 3, 2, 1, 0, 0]
    assert not refused.is_admitted
    assert 0 < refused.seconds <= 3600


async def test_busy_caller_asks_redis_once_per_portion(
    replica: Replica, redis: Redis
) -> None:
    limiter = await replica()
    before = (await redis.info("stats"))["total_commands_processed"]

    standings = [await limiter.admit(THOUSAND, "ada") for _ in range(100)]

    commands = (await redis.info("stats"))["total_commands_processed"] - before
    assert [standing.remaining for standing in standings] == [*range(999, 899, -1)]
    # Ten portions of ten, with two scripts of a few commands each.
    assert commands < 200


async def test_refused_caller_does_not_ask_redis(
    replica: Replica, clock: Clock, network: tuple[Network, str]
) -> None:
    limiter = await replica()
    await admitted(limiter, FIVE, 6)
    first = await limiter.admit(FIVE, "ada")
    network[0].cut()

    clock.now += first.seconds / 2

    assert not (await limiter.admit(FIVE, "ada")).is_admitted
    assert (await limiter.admit(FIVE, "ada")).seconds < first.seconds


async def test_portion_expires_with_its_window(replica: Replica, clock: Clock) -> None:
    limiter, other = await replica(), await replica()
    first = await limiter.admit(THOUSAND, "ada")
    await admitted(other, THOUSAND, 1)

    clock.now += first.seconds
    standing = await limiter.admit(THOUSAND, "ada")

    # A third portion: of the first one nine requests are lost.
    assert standing.remaining == 1000 - 10 - 10 - 1


@pytest.mark.parametrize("outage", ["cut", "hang"])
async def test_limit_holds_without_redis(
    replica: Replica,
    network: tuple[Network, str],
    outage: str,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
) -> None:
    limiter = await replica()
    assert await admitted(limiter, FIVE, 1) == 1
    assert metric("rate_limits_shared") == 1
    if outage == "hang":
        monkeypatch.setattr(redis_link, "RESPONSE_SECONDS", 0.2)
    getattr(network[0], outage)()

    # Counted by this process alone, from the beginning of the outage.
    assert await admitted(limiter, FIVE, 7) == 5
    assert metric("rate_limits_shared") == 0

    network[0].mend()
    network[0].resume()
    monkeypatch.setattr(redis_link, "RESPONSE_SECONDS", 5.0)
    clock.now += 3600
    # Redis has counted one request.
    assert await admitted(limiter, FIVE, 6) == 4
    assert metric("rate_limits_shared") == 1


async def test_local_counts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "MOST_COUNTS", 3)
    windows = Windows(BoundedMemory())
    for caller in ("ada", "bob", "cleo", "dora"):
        await windows.take(FIVE.item, caller)

    assert (await windows.take(FIVE.item, "dora")).remaining == 3
    # The oldest was forgotten.
    assert (await windows.take(FIVE.item, "ada")).remaining == 4


async def test_local_count_does_not_look_at_other_counts() -> None:
    storage = BoundedMemory()
    await Windows(storage).take(FIVE.item, "ada")

    # The library's storage would do so in a task.
    assert storage.timer is None


async def test_limits_are_not_reported_as_unshared_before_first_request(
    replica: Replica,
) -> None:
    counters.SHARED.set(0)
    await replica()

    assert metric("rate_limits_shared") == 1


async def test_lost_counts_of_redis_begin_anew(
    replica: Replica, redis: Redis, clock: Clock
) -> None:
    limiter = await replica()
    assert await admitted(limiter, FIVE, 6) == 5
    await redis.flushdb()
    clock.now += 3600

    assert await admitted(limiter, FIVE, 6) == 5


@pytest.mark.parametrize(
    ("previous", "previous_left", "current", "current_left", "seconds"),
    [
        pytest.param(0, 0.0, 10, 100.0, 40.0, id="full when the window is over"),
        pytest.param(0, 0.0, 20, 100.0, 70.0, id="twice the limit"),
        pytest.param(20, 45.0, 4, 105.0, 27.0, id="the previous window fades"),
        pytest.param(5, 5.0, 10, 65.0, 5.0, id="the current window alone is full"),
    ],
)
def test_time_until_room(
    previous: int,
    previous_left: float,
    current: int,
    current_left: float,
    seconds: float,
) -> None:
    window = Window(previous, previous_left, current, current_left, 60)

    assert window.until_room(10) == pytest.approx(seconds)


def test_room_is_there_after_the_announced_time() -> None:
    window = Window(20, 45.0, 4, 105.0, 60)
    wait = window.until_room(10)

    assert window.count >= 10
    later = Window(20, 45.0 - wait - 0.01, 4, 105.0 - wait - 0.01, 60)
    assert later.count < 10


@pytest.mark.parametrize("text", ["600/minute", "1/second", "100000/hour"])
def test_rate_is_accepted(text: str) -> None:
    assert Policy("test", require_rate(text)).item.amount > 0


@pytest.mark.parametrize(
    "text", ["", "0/minute", "-1/minute", "1/minute;2/hour", "many", "1/day ", "5"]
)
def test_text_that_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as 600/minute"):
        require_rate(text)


def test_policy_header_is_a_structured_field() -> None:
    assert Policy("sign-in", "600/minute").header == b'"sign-in";q=600;w=60'
