"""A follower misses no change, in whatever sequence transactions end."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text

from app.models import Notification
from app.models.notification import Status
from app.models.position import Position
from app.repositories.changes import Changes
from app.repositories.notifications import Notifications
from app.services import follow_notifications
from app.services.follow_notifications import (
    CONFIRM_SECONDS,
    FollowNotifications,
)
from app.services.watch_changes import WatchChanges
from app.streaming.streams import Stream, Streams
from chassis import Database, NotAuthenticated
from chassis._authentication.token_validation import VALIDATION_SECONDS
from chassis.testing import eventually
from tests.factories.notifications import a_notification

BEGINNING = Position(0, 0)


async def store(database: Database, **values: object) -> None:
    async with database.transaction() as session:
        session.add(a_notification(**values))


async def changed(
    database: Database, after: Position = BEGINNING, limit: int = 100
) -> list[Notification]:
    async with database.transaction() as session:
        return list(await Changes(session).list_after(3, after, limit))


async def changed_ids(database: Database, after: Position, *ids: int) -> Position:
    """Waits until these have changed; elsewhere in the server others may be at work."""

    async def look() -> list[Notification]:
        found = await changed(database, after)
        assert [n.id for n in found] == list(ids)
        return found

    last = (await eventually(look))[-1]
    return Position(last.changed_in, last.id)


async def test_changed_notification_is_followed_again(database: Database) -> None:
    await store(database)
    await store(database)
    position = await changed_ids(database, BEGINNING, 1, 2)
    async with database.transaction() as session:
        (await Notifications(session).get(1)).mark_failed("550 no such user")
    await changed_ids(database, position, 1)


async def test_erasure_is_a_change(database: Database) -> None:
    await store(database)
    position = await changed_ids(database, BEGINNING, 1)
    async with database.transaction() as session:
        await Notifications(session).forget_user(3)
    await changed_ids(database, position, 1)


async def test_notifications_of_others_are_not_followed(database: Database) -> None:
    await store(database, user_id=4)
    await store(database)
    await changed_ids(database, BEGINNING, 2)


async def test_long_transaction_is_not_missed(
    database: Database,
) -> None:
    async with database.transaction() as slow:
        slow.add(a_notification())
        await slow.flush()
        await store(database)
        assert await changed(database) == []
    await changed_ids(database, BEGINNING, 1, 2)


async def test_many_changes_of_one_transaction_are_followed_in_parts(
    database: Database,
) -> None:
    async with database.transaction() as session:
        session.add_all(a_notification() for _ in range(3))
    await changed_ids(database, BEGINNING, 1, 2, 3)
    first = (await changed(database, limit=2))[-1]
    await changed_ids(database, Position(first.changed_in, first.id), 3)


async def confirmed() -> None:
    return None


@pytest.fixture
def streams() -> Streams:
    return Streams()


@pytest.fixture
async def watch(database: Database, streams: Streams) -> AsyncIterator[None]:
    """Looks for changes again and again."""
    watch = WatchChanges(database, streams)

    async def look() -> None:
        while True:
            await watch.look()
            await asyncio.sleep(0.05)

    looking = asyncio.create_task(look())
    yield
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking


async def following(
    database: Database, stream: Stream, after: Position | None = None
) -> AsyncIterator[tuple[Position, Notification]]:
    """Begins to follow, and returns when the first look is over."""
    follow = await FollowNotifications.starting(database, stream, after, confirmed)
    return follow.follow()


@pytest.mark.usefixtures("watch")
async def test_follower_without_position_gets_later_changes(
    database: Database, streams: Streams
) -> None:
    await store(database)
    await changed_ids(database, BEGINNING, 1)
    with streams.opened(3) as stream:
        changes = await following(database, stream)
        await store(database)
        async with asyncio.timeout(10):
            _, notification = await anext(changes)
    assert notification.id == 2


@pytest.mark.usefixtures("watch")
async def test_future_position_counts_as_present(
    database: Database, streams: Streams
) -> None:
    future = Position(10**18 - 1, 1)
    with streams.opened(3) as stream:
        changes = await following(database, stream, future)
        await store(database)
        async with asyncio.timeout(10):
            position, notification = await anext(changes)
    assert notification.id == 1
    assert position < future


@pytest.mark.usefixtures("watch")
async def test_waiting_follower_is_woken_by_its_user_only(
    database: Database, streams: Streams
) -> None:
    with streams.opened(3) as adas, streams.opened(4) as bobs:
        for stream in (adas, bobs):
            assert await stream.is_woken_within(10)  # by the first look
        await store(database)
        assert await adas.is_woken_within(10)
        assert not await bobs.is_woken_within(0.2)


class ClockedStream(Stream):
    """Is woken again and again, by its own clock.

    Attributes:
        now: seconds, as `time.monotonic` returns them.
    """

    def __init__(self, woken_every: float) -> None:
        super().__init__(user_id=3)
        self.now = 0.0
        self._woken_every = woken_every

    def monotonic(self) -> float:
        return self.now

    async def is_woken_within(self, seconds: float) -> bool:
        self.now += min(self._woken_every, seconds)
        return self._woken_every <= seconds


@pytest.mark.parametrize("part_of_pause", [0.1, 0.9, 0.99, 10])
async def test_stream_outlives_token_by_5_seconds(
    database: Database, monkeypatch: pytest.MonkeyPatch, part_of_pause: float
) -> None:
    stream = ClockedStream(part_of_pause * CONFIRM_SECONDS)
    monkeypatch.setattr(follow_notifications, "time", stream)

    async def fail() -> None:
        raise NotAuthenticated("the token has expired")

    follow = await FollowNotifications.starting(database, stream, None, fail)
    with pytest.raises(NotAuthenticated):
        await anext(follow.follow())
    # The answer of user-service takes time too.
    assert stream.now + VALIDATION_SECONDS <= 5


async def test_change_that_commits_late_wakes_its_follower(
    database: Database, streams: Streams
) -> None:
    watch = WatchChanges(database, streams)
    with streams.opened(3) as stream:
        async with database.transaction() as slow:
            slow.add(a_notification())
            await slow.flush()
            await watch.look()
            assert await stream.is_woken_within(0)
            await watch.look()
            assert not await stream.is_woken_within(0)

        async def is_woken() -> bool:
            await watch.look()
            return await stream.is_woken_within(0)

        await eventually(is_woken)


async def test_follower_of_new_user_is_not_missed(
    database: Database, streams: Streams
) -> None:
    watch = WatchChanges(database, streams)
    with streams.opened(4):
        await watch.look()
        with streams.opened(3) as late:
            await store(database)

            async def is_woken() -> bool:
                await watch.look()
                return await late.is_woken_within(0)

            await eventually(is_woken)


async def test_changes_of_previous_release_are_followed(
    database: Database,
) -> None:
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO notifications (event_id, event_type, user_id, channel,"
                " recipient, subject, body, status, attempts, deferrals) VALUES"
                " (gen_random_uuid(), 'order.created', 3, 'push', 'user:3', '', '',"
                " 'pending', 0, 0)"
            )
        )
    await changed_ids(database, BEGINNING, 1)
    async with database.transaction() as session:
        [notification] = await session.scalars(select(Notification))
    assert notification.status is Status.PENDING
    assert notification.pending_since == notification.created_at
