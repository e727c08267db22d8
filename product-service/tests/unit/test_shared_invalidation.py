"""Concurrent invalidations are sent together, and none too early."""

import asyncio
from collections.abc import Mapping

import pytest

from app.clients.shared_invalidation import SharedInvalidation
from chassis.redis_client import RedisUnavailable


class SlowRedis:
    """Executes one batch for each permit."""

    def __init__(self) -> None:
        self.received: list[Mapping[int, int]] = []
        self.permits = asyncio.Semaphore(0)
        self.is_available = True

    async def send(self, revisions: Mapping[int, int]) -> None:
        self.received.append(dict(revisions))
        await self.permits.acquire()
        if not self.is_available:
            raise RedisUnavailable


@pytest.fixture
def redis() -> SlowRedis:
    return SlowRedis()


async def start(
    shared: SharedInvalidation, *batches: Mapping[int, int]
) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(shared.run(revisions)) for revisions in batches]
    await asyncio.sleep(0)
    return tasks


async def test_later_invalidations_share_the_next_batch(redis: SlowRedis) -> None:
    shared = SharedInvalidation(redis.send)
    first = await start(shared, {7: 1})
    later = await start(shared, {7: 3}, {7: 2, 8: 5}, {})
    assert redis.received == [{7: 1}]
    redis.permits.release()
    await asyncio.gather(*first)
    assert not any(task.done() for task in later)
    redis.permits.release()
    await asyncio.gather(*later)
    assert redis.received == [{7: 1}, {7: 3, 8: 5}]


async def test_failure_is_raised_for_each_caller(redis: SlowRedis) -> None:
    shared = SharedInvalidation(redis.send)
    redis.is_available = False
    tasks = await start(shared, {7: 1}, {7: 2}, {8: 1})
    for _ in tasks:
        redis.permits.release()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in results] == [RedisUnavailable] * 3


async def test_batch_of_a_cancelled_caller_is_sent_by_the_next(
    redis: SlowRedis,
) -> None:
    shared = SharedInvalidation(redis.send)
    first = await start(shared, {7: 1})
    [cancelled, other] = await start(shared, {7: 2}, {8: 3})
    redis.permits.release()
    await asyncio.gather(*first)
    await asyncio.sleep(0)
    cancelled.cancel()
    redis.permits.release()
    await other
    assert redis.received[-1] == {7: 2, 8: 3}
