"""What a notification refuses."""

from chassis import Conflict


class NotificationSettled(Conflict):
    """The notification has been sent or has failed; it is not tried any more."""


class NotificationPending(Conflict):
    """The notification is still to be sent."""


class NotificationErased(Conflict):
    """The user has been erased, and with them what they were told."""
