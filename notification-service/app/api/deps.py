"""What the routes ask for."""

from typing import Annotated

from fastapi import Depends

from app.repositories.notifications import Notifications
from app.services.read_notifications import ReadNotifications
from chassis import CurrentUser, SessionDep


def _read_notifications(session: SessionDep, user: CurrentUser) -> ReadNotifications:
    return ReadNotifications(Notifications(session), user)


ReadNotificationsDep = Annotated[ReadNotifications, Depends(_read_notifications)]
