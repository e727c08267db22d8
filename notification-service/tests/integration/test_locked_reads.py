"""A locked row has its current values, even if it was read before it changed."""

from app.repositories.notifications import Notifications
from chassis import Database
from tests.factories.notifications import a_notification, store


async def test_locked_notification_is_current(database: Database) -> None:
    notification = a_notification()
    await store(database, notification)
    async with database.transaction() as session:
        found = await Notifications(session).get(notification.id)
        # Without the objects of the session, as other transactions change it.
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE notifications SET subject = 'New'")

        await Notifications(session).get(notification.id, for_update=True)

        assert found.subject == "New"
