"""The dependencies of the routes."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security.utils import get_authorization_scheme_param

from app.models.position import Position
from app.repositories.notifications import Notifications
from app.resources import Resources
from app.services.follow_notifications import FollowNotifications
from app.services.get_notification import GetNotification
from app.services.list_notifications import ListNotifications
from app.services.resend_notification import ResendNotification
from chassis import CurrentAdmin, CurrentUser, SessionDep, resources_of


async def _resources(request: Request) -> Resources:
    return resources_of(request.app, Resources)


ResourcesDep = Annotated[Resources, Depends(_resources)]


async def _get_notification(user: CurrentUser, session: SessionDep) -> GetNotification:
    return GetNotification(Notifications(session), user)


async def _list_notifications(
    user: CurrentUser, session: SessionDep
) -> ListNotifications:
    return ListNotifications(Notifications(session), user)


async def _resend_notification(
    user: CurrentAdmin, session: SessionDep
) -> ResendNotification:
    return ResendNotification(Notifications(session), user)


async def _follow_notifications(
    request: Request,
    resources: ResourcesDep,
    user: CurrentUser,
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            pattern=r"^[0-9]{1,18}-[0-9]{1,18}$",
            description="resumes after this event; without it, the stream begins now",
        ),
    ] = None,
) -> AsyncIterator[FollowNotifications]:
    after = None if last_event_id is None else Position.parse(last_event_id)
    _, token = get_authorization_scheme_param(request.headers["Authorization"])
    confirm = partial(resources.token_validator.validate, token)
    with resources.streams.opened(user.user_id) as stream:
        yield await FollowNotifications.starting(
            resources.database, stream, after, confirm
        )


GetNotificationDep = Annotated[GetNotification, Depends(_get_notification)]
ListNotificationsDep = Annotated[ListNotifications, Depends(_list_notifications)]
ResendNotificationDep = Annotated[ResendNotification, Depends(_resend_notification)]
FollowNotificationsDep = Annotated[FollowNotifications, Depends(_follow_notifications)]
