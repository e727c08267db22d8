"""A follower misses no change, in whatever sequence transactions end."""

import asyncio

from sqlalchemy import select, text

from app.models import Notification
from app.models.notification import Status
from app.models.position import Position
from app.repositories.notifications import Notifications
from app.services.follow_notifications import FollowNotifications
from app.streaming.streams import Streams
from chassis import Database
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
        return list(await Notifications(session).list_changed(3, after, limit))


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


async def test_follower_without_position_gets_later_changes(
    database: Database,
) -> None:
    await store(database)
    await changed_ids(database, BEGINNING, 1)
    follow = await FollowNotifications.starting(database, Streams(), 3, None, confirmed)
    await store(database)
    async with asyncio.timeout(10):
        _, notification = await anext(follow.follow())
    assert notification.id == 2


async def test_future_position_counts_as_present(
    database: Database,
) -> None:
    future = Position(10**18 - 1, 1)
    follow = await FollowNotifications.starting(
        database, Streams(), 3, future, confirmed
    )
    await store(database)
    async with asyncio.timeout(10):
        position, notification = await anext(follow.follow())
    assert notification.id == 1
    assert position < future


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
