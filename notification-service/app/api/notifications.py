"""The notifications that one may read."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.deps import ReadNotificationsDep
from app.models.notification import Notification, Status
from app.repositories.notifications import NotificationNotFound
from app.schemas.notification import NotificationRead
from chassis import MAX_ID, NotAllowed, PageDep, PathId, describe_page, problems

router = APIRouter(prefix="/notifications", tags=["notifications"])


@router.get("", response_model=list[NotificationRead], responses=problems(NotAllowed))
async def list_notifications(
    request: Request,
    response: Response,
    notifications: ReadNotificationsDep,
    page: PageDep,
    status: Annotated[Status | None, Query(description="Only these")] = None,
    order_id: Annotated[
        int | None, Query(ge=1, le=MAX_ID, description="Only of this order")
    ] = None,
) -> Sequence[Notification]:
    """Lists one's own notifications, newest first; for administrators everyone's."""
    found = await notifications.page(page, status=status, order_id=order_id)
    describe_page(request, response, found)
    return found.items


@router.get(
    "/{notification_id}",
    response_model=NotificationRead,
    responses=problems(NotAllowed, NotificationNotFound),
)
async def read_notification(
    notification_id: PathId, notifications: ReadNotificationsDep
) -> Notification:
    """Shows one notification to its owner or an administrator."""
    return await notifications.one(notification_id)
