"""The role of order-service may no longer update its outbox."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tools.drills.drill import Alert, Code, Drill, Logged, Panel
from tools.drills.target import Target

SERVICE = "order-service"


@asynccontextmanager
async def break_it(target: Target) -> AsyncIterator[None]:
    await target.sql(SERVICE, "REVOKE UPDATE ON outbox FROM order_service")
    yield


async def mend(target: Target) -> None:
    await target.sql(SERVICE, "GRANT UPDATE ON outbox TO order_service")


DRILL = Drill(
    name="missing-privilege",
    component=SERVICE,
    story="somebody revoked the privilege to update the table outbox, so the relay can"
    " store events but no longer publish them",
    alert=Alert("EventsNotPublished", {"service": SERVICE}),
    hints=(
        "Orders are placed, but their customers are not notified. Does the same happen"
        " with the events of the other services?",
        "RabbitMQ is well. Which background worker is late, and what error does it log"
        " each time?",
        "\\dp outbox in psql shows what the role of the service may do.",
    ),
    break_it=break_it,
    mend=mend,
    panel=Panel(
        SERVICE,
        "Oldest unpublished event",
        f'max(outbox_oldest_unpublished_age_seconds{{service="{SERVICE}"}}) > 0',
    ),
    log=Logged(SERVICE, ("permission denied for table outbox", '"outbox-relay"')),
    proof=f'make sql SERVICE={SERVICE} QUERY="\\dp outbox"',
    code=Code(
        "libs/chassis/chassis/_messaging/outbox_relay.py",
        ".with_for_update(skip_locked=True)",
    ),
)
