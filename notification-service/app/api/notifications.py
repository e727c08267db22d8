"""Routes for the notifications of the caller."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.api.deps import (
    FollowNotificationsDep,
    GetNotificationDep,
    ListNotificationsDep,
    ResendNotificationDep,
)
from app.errors import (
    NotificationErased,
    NotificationNotFound,
    NotificationPending,
    TooManyStreams,
)
from app.models.notification import Status
from app.schemas.notification import STREAM_EXAMPLE, NotificationRead
from chassis import (
    MAX_ID,
    DigitsOnly,
    PageDep,
    PathId,
    RoleRequired,
    Unauthenticated,
    Unavailable,
    describe_page,
    problems,
)

log = structlog.get_logger(__name__)

RECONNECT_MS = 1_000
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events whose data is a notification, as `GET` returns it",
        "content": {"text/event-stream": {"example": STREAM_EXAMPLE}},
    }
}

router = APIRouter(prefix="/notifications", tags=["notifications"])


@router.get("", responses=problems(RoleRequired))
async def list_notifications(
    request: Request,
    response: Response,
    notifications: ListNotificationsDep,
    page: PageDep,
    status: Annotated[Status | None, Query(description="Only these")] = None,
    order_id: Annotated[
        DigitsOnly | None, Query(ge=1, le=MAX_ID, description="Only of this order")
    ] = None,
    user_id: Annotated[
        DigitsOnly | None, Query(ge=1, le=MAX_ID, description="Only of this user")
    ] = None,
) -> list[NotificationRead]:
    """Lists the caller's notifications, newest first; administrators see all.

    Only administrators can name another user.
    """
    found = await notifications.list(
        page, user_id=user_id, status=status, order_id=order_id
    )
    describe_page(request, response, found)
    return [NotificationRead.model_validate(each) for each in found.items]


@router.get(
    "/stream",
    response_class=EventSourceResponse,
    responses=STREAM | problems(RoleRequired, TooManyStreams),
)
async def follow_notifications(
    notifications: FollowNotificationsDep,
) -> AsyncIterator[ServerSentEvent]:
    """Streams the caller's notifications when they are created or changed.

    The stream ends when the access token expires or cannot be validated. A client that
    reconnects with `Last-Event-ID` misses nothing.
    """
    yield ServerSentEvent(id=str(notifications.position), retry=RECONNECT_MS)
    try:
        async for position, notification in notifications.follow():
            yield ServerSentEvent(
                id=str(position),
                event="notification",
                data=NotificationRead.model_validate(notification),
            )
    except (Unauthenticated, Unavailable) as error:
        log.info("stream_ended", reason=error.code)


@router.get(
    "/{notification_id}",
    responses=problems(RoleRequired, NotificationNotFound),
)
async def read_notification(
    notification_id: PathId, notification: GetNotificationDep
) -> NotificationRead:
    """Returns a notification to its owner or an administrator."""
    found = await notification.get(notification_id)
    return NotificationRead.model_validate(found)


@router.post(
    "/{notification_id}/resend",
    status_code=202,
    responses=problems(
        RoleRequired, NotificationNotFound, NotificationPending, NotificationErased
    ),
)
async def resend_notification(
    notification_id: PathId, resend_notification: ResendNotificationDep
) -> NotificationRead:
    """Sends a notification again, as a new message. For administrators."""
    resent = await resend_notification.resend(notification_id)
    return NotificationRead.model_validate(resent)
