"""The domain errors of notification-service."""

from typing import ClassVar

from chassis import Conflict, NotFound, Unavailable


class NotificationNotFound(NotFound):
    """There is no such notification, or it belongs to another user."""


class NotificationSettled(Conflict):
    """The notification is sent or failed, and is no longer retried."""


class NotificationPending(Conflict):
    """The notification is not sent yet."""


class NotificationErased(Conflict):
    """The user is erased, and the text of the notification with them."""


class TooManyStreams(Unavailable):
    """This process, or this user, has the largest allowed number of open streams."""

    retry_after: ClassVar[int] = 10
