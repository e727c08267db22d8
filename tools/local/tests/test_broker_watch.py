"""RabbitMQ is restarted when it answers and does not work, and only then."""

from collections.abc import Iterator

import aio_pika
import pytest

from tools.local import broker_watch
from tools.local.broker_watch import FAILURES, NAME, BrokerWatch
from tools.local.lifecycle import Platform

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(tmp_path_factory.mktemp("watched") / "root", given={})
    try:
        platform.start(only=["rabbitmq"])
        yield platform
    finally:
        platform.delete()


@pytest.fixture
def watch(platform: Platform) -> BrokerWatch:
    parts = platform.start(only=["rabbitmq"])
    return BrokerWatch(parts.rabbitmq, parts.supervisor)


async def break_queue(watch: BrokerWatch) -> None:
    """Until a restart the probe's queue accepts nothing, as it has other arguments."""
    async with await aio_pika.connect(watch.rabbitmq.url()) as connection:
        channel = await connection.channel()
        await channel.queue_delete(f"{NAME}.probe")
        await channel.declare_queue(f"{NAME}.probe", durable=False)


async def look_often(watch: BrokerWatch) -> None:
    for _ in range(FAILURES):
        await watch.look()


async def test_working_broker_is_left_alone(
    platform: Platform, watch: BrokerWatch
) -> None:
    before = platform.pid("rabbitmq")
    await look_often(watch)
    assert platform.pid("rabbitmq") == before


async def test_broker_is_not_restarted_while_disk_is_full(
    platform: Platform, watch: BrokerWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    await break_queue(watch)
    monkeypatch.setattr(broker_watch, "DISK_FREE_LIMIT", 2**63)
    before = platform.pid("rabbitmq")
    await look_often(watch)
    assert platform.pid("rabbitmq") == before


async def test_hung_broker_is_left_alone(
    platform: Platform, watch: BrokerWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_watch, "PROBE_SECONDS", 0.2)
    before = platform.pid("rabbitmq")
    with platform.paused("rabbitmq"):
        await look_often(watch)
        assert platform.pid("rabbitmq") == before


async def test_broker_with_dead_queues_is_restarted(
    platform: Platform, watch: BrokerWatch
) -> None:
    await break_queue(watch)
    before = platform.pid("rabbitmq")

    await look_often(watch)

    platform.wait_ready("rabbitmq")
    assert platform.pid("rabbitmq") != before
    await watch.look()
    assert watch.failures == 0
