"""The handlers of the events that order-service consumes."""

from typing import Any

import structlog
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import ErasedUser
from app.repositories.orders import Orders
from chassis import ErasedUsers, Event, Id, Queue, Subscription

log = structlog.get_logger(__name__)

USER_EVENTS = Queue("order_user_events", bindings=[("user_events", "user.erased")])


class UserErased(BaseModel):
    user_id: Id


async def on_user_erased(session: AsyncSession, event: Event[Any]) -> None:
    """Erases the user's name and addresses from all orders; the orders stay."""
    user_id = event.data.user_id
    await ErasedUsers(session, ErasedUser).add(user_id)
    changed = await Orders(session).erase_customer_data(user_id)
    log.info("user_data_erased", user_id=user_id, orders=changed)


SUBSCRIPTIONS = [Subscription("user.erased", UserErased, on_user_erased)]
