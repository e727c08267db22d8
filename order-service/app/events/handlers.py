"""The events of others that order-service listens to."""

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
    """The user's orders stay; who placed them, and where they went, is forgotten."""
    user_id = event.data.user_id
    await ErasedUsers(session, ErasedUser).add(user_id)
    forgotten = await Orders(session).forget_customer(user_id)
    log.info("customer_forgotten", user_id=user_id, orders=forgotten)


SUBSCRIPTIONS = [Subscription("user.erased", UserErased, on_user_erased)]
