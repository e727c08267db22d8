"""A platform whose folder was moved or copied, while it ran or not."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import aio_pika
import pytest
from pamqp.common import FieldTable

from tools.local.errors import MovedWhileRunning, NotRunning
from tools.local.lifecycle import Platform
from tools.local.processes import of_platform

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


@pytest.fixture
def moved(tmp_path: Path, started: list[Platform]) -> Platform:
    """A platform that runs, and whose folder is not where it was started."""
    before, after = tmp_path / "before", tmp_path / "after"
    Platform(before, given={}).start(only=["redis"])
    before.rename(after)
    started.append(Platform(after, given={}))
    return started[0]


def test_platform_that_was_moved_is_shown_and_stopped(moved: Platform) -> None:
    assert moved.pid("redis")
    assert moved.stop()
    assert list(of_platform(moved.layout.root)) == []
    assert not moved.layout.root.with_name("before").exists()
    assert not moved.runs


def test_platform_that_was_moved_is_not_started_twice(moved: Platform) -> None:
    before = moved.pid("redis")
    with pytest.raises(MovedWhileRunning, match="make down"):
        moved.start(only=["redis"])
    assert moved.pid("redis") == before


def test_new_clone_does_not_touch_moved_one(moved: Platform) -> None:
    before = moved.pid("redis")
    place = moved.layout.root.with_name("before")
    place.mkdir()
    assert not Platform(place, given={}).stop()
    assert moved.pid("redis") == before


def test_processes_of_deleted_folder_are_shown_and_ended(tmp_path: Path) -> None:
    root = tmp_path / "root"
    Platform(root, given={}).start(only=["redis"])
    shutil.rmtree(root)
    root.mkdir()
    platform = Platform(root, given={})
    with pytest.raises(NotRunning, match="make down"):
        platform.states()
    assert platform.stop()
    assert list(of_platform(root)) == []


def test_platform_starts_in_place_of_deleted_one(
    tmp_path: Path, started: list[Platform]
) -> None:
    root = tmp_path / "root"
    Platform(root, given={}).start(only=["redis"])
    shutil.rmtree(root)
    started.append(Platform(root, given={}))
    assert started[0].start(only=["redis"]).redis.ready()


def test_supervisor_is_found_without_its_pid_file(moved: Platform) -> None:
    moved.layout.supervisor_pid.write_text("1")
    assert moved.stop()
    assert list(of_platform(moved.layout.root)) == []


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
