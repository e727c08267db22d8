"""Concurrent health reports share probes, and hide no fault."""

import asyncio

import pytest

from chassis._http.health import Health
from chassis._shutdown import Shutdown


class Dependency:
    """Answers probes only while `may_answer` is set.

    Attributes:
        probes: how many began.
    """

    def __init__(self) -> None:
        self.probes = 0
        self.is_up = True
        self.may_answer = asyncio.Event()

    async def probe(self) -> None:
        self.probes += 1
        await self.may_answer.wait()
        if not self.is_up:
            raise ConnectionError


@pytest.fixture
def health() -> Health:
    return Health("thing-service", "1.0.0", Shutdown())


@pytest.fixture
def redis(health: Health) -> Dependency:
    return added(health, "redis")


@pytest.fixture
def broker(health: Health) -> Dependency:
    return added(health, "broker")


def added(health: Health, name: str) -> Dependency:
    dependency = Dependency()
    health.add_probe(name, dependency.probe)
    return dependency


async def begun_report(health: Health) -> asyncio.Task[dict[str, str]]:
    async def checks() -> dict[str, str]:
        return dict((await health.report()).checks)

    report = asyncio.create_task(checks())
    for _ in range(5):
        await asyncio.sleep(0)
    return report


async def test_concurrent_reports_share_probe(
    health: Health, redis: Dependency
) -> None:
    reports = [await begun_report(health) for _ in range(3)]
    redis.may_answer.set()
    assert [await report for report in reports] == [{"redis": "up"}] * 3
    assert redis.probes == 1


async def test_later_report_probes_again(health: Health, redis: Dependency) -> None:
    redis.may_answer.set()
    assert (await health.report()).status == "healthy"
    redis.is_up = False
    assert (await health.report()).status == "degraded"


async def test_slow_probe_hides_no_fault_of_others(
    health: Health, redis: Dependency, broker: Dependency
) -> None:
    redis.may_answer.set()
    early = await begun_report(health)
    redis.is_up = False
    late = await begun_report(health)
    broker.may_answer.set()
    assert await early == {"redis": "up", "broker": "up"}
    assert await late == {"redis": "down", "broker": "up"}


async def test_report_survives_caller_that_leaves(
    health: Health, redis: Dependency
) -> None:
    leaving, staying = [await begun_report(health) for _ in range(2)]
    leaving.cancel()
    await asyncio.wait([leaving])
    redis.may_answer.set()
    assert await staying == {"redis": "up"}
