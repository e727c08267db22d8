"""A platform whose folder was moved or copied while nothing ran."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import pytest
from pamqp.common import FieldTable

from local.platform import Platform

QUEUE = "kept"
ARGUMENTS: FieldTable = {"x-queue-type": "quorum"}

pytestmark = pytest.mark.slow


@pytest.fixture
async def stopped(tmp_path: Path) -> Path:
    """The root of one that has a message in a quorum queue."""
    root = tmp_path / "first place"
    platform = Platform(root, given={})
    try:
        await publish(platform, b"before")
    finally:
        platform.stop()
    return root


@pytest.fixture
def started() -> Iterator[list[Platform]]:
    platforms: list[Platform] = []
    yield platforms
    for platform in platforms:
        platform.delete()


@pytest.mark.parametrize("name", ["second", "第二 100% odd; # place"])
async def test_queue_survives_move_of_folder(
    stopped: Path, started: list[Platform], name: str
) -> None:
    moved = Path(shutil.move(stopped, stopped.with_name(name)))
    started.append(Platform(moved, given={}))

    assert await take(started[0]) == b"before"


async def test_copied_folder_has_queues_of_its_own(
    stopped: Path, started: list[Platform]
) -> None:
    copied = shutil.copytree(stopped, stopped.with_name("copy"), symlinks=True)
    started += [Platform(copied, given={}), Platform(stopped, given={})]

    assert await take(started[0]) == b"before"
    assert await take(started[1]) == b"before"


async def publish(platform: Platform, body: bytes) -> None:
    url = platform.start(only=["rabbitmq"]).rabbitmq.url()
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        await channel.declare_queue(QUEUE, durable=True, arguments=ARGUMENTS)
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, QUEUE, timeout=10)


async def take(platform: Platform) -> bytes:
    url = platform.start(only=["rabbitmq"]).rabbitmq.url()
    async with await aio_pika.connect(url) as connection:
        queue = await (await connection.channel()).get_queue(QUEUE)
        message = await queue.get(no_ack=True, timeout=10)
        return message.body
