"""How much the outbox still has to send, and for how long."""

from prometheus_client import Gauge
from sqlalchemy import func, select

from chassis._database import Database
from chassis._outbox import OutboxMessage

UNSENT = Gauge("outbox_unsent_messages", "Events that the broker has not taken yet")
OLDEST_UNSENT = Gauge(
    "outbox_oldest_unsent_age_seconds",
    "For how long the oldest of them has been waiting; 0 where none is",
)


class OutboxGauges:
    """The step of a worker that looks at the outbox.

    Apart from the relay, whose own steps take long when the broker does not answer.
    """

    def __init__(self, database: Database, table: type[OutboxMessage]) -> None:
        self._database = database
        age = func.extract("epoch", func.now() - func.min(table.created_at))
        self._look = select(func.count(), func.coalesce(age, 0)).where(
            table.sent_at.is_(None)
        )

    async def observe(self) -> int:
        """Finds nothing to do: it always returns 0."""
        async with self._database.reading() as connection:
            count, age = (await connection.execute(self._look)).one()
        UNSENT.set(count)
        OLDEST_UNSENT.set(age)
        return 0
