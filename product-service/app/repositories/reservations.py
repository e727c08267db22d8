"""The queries on reservations."""

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import set_committed_value

from app.errors import ReservationNotFound
from app.models.reservation import Reservation, ReservationStatus

# Built once, because every order executes it.
_OPEN = (
    insert(Reservation)
    .values(order_id=bindparam("new_id"), status=ReservationStatus.RESERVED)
    .on_conflict_do_nothing()
    .returning(Reservation)
)


class Reservations:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def open(self, order_id: int) -> Reservation | None:
        """Adds a reservation; returns None if the order has one already.

        A concurrent transaction for the same order waits here for the first one's end.
        """
        values = {"new_id": order_id}
        reservation: Reservation | None = await self._session.scalar(_OPEN, values)
        if reservation is not None:
            set_committed_value(reservation, "items", [])
        return reservation

    async def get(self, order_id: int, *, for_update: bool = False) -> Reservation:
        query = (
            select(Reservation)
            .where(Reservation.order_id == order_id)
            .options(selectinload(Reservation.items))
        )
        if for_update:
            query = query.with_for_update(key_share=True)
            query = query.execution_options(populate_existing=True)
        reservation = await self._session.scalar(query)
        if reservation is None:
            raise ReservationNotFound(
                f"nothing was reserved for order {order_id}", order_id=order_id
            )
        return reservation
