"""Tombstones are kept for thirty days, and sold reservations indefinitely."""

from datetime import timedelta

from sqlalchemy import select, text

from app.models import ProductMessage, Reservation, ReservationItem
from app.models.reservation import Wanted
from app.repositories.products import Products
from app.schemas.product import ProductCreate
from app.services.commit_reservation import CommitReservation
from app.services.offer_product import OfferProduct
from app.services.release_reservation import ReleaseReservation
from app.services.reserve_stock import ReserveStock
from chassis import Database, Expiry, Outbox, Retention
from chassis.testing import eventually
from tests.factories import OWNER, user

EXPIRY = Expiry(Reservation.released_at, timedelta(days=30))


async def settled(database: Database, order_id: int, settle: str, days: int) -> None:
    """An order that was settled so many days ago."""
    async with database.transaction() as session:
        offer = ProductCreate(name="Lamp", price="9.99", quantity=5)
        lamp = await OfferProduct(Products(session)).offer(user(OWNER), offer)
    outbox = Outbox(ProductMessage, "/product-service", lambda: None)
    await ReserveStock(database, outbox).reserve(order_id, {lamp.id: Wanted(1)})
    if settle == "commit":
        await CommitReservation(database).commit(order_id)
    else:
        await ReleaseReservation(database).release(order_id)
    async with database.transaction() as session:
        await session.execute(
            text(
                "UPDATE reservations SET settled_at = now() - make_interval(days => :d)"
                " WHERE order_id = :order_id"
            ),
            {"d": days, "order_id": order_id},
        )


async def test_only_old_tombstones_go(database: Database) -> None:
    await settled(database, 1, "release", days=31)
    await settled(database, 2, "release", days=29)
    await settled(database, 3, "commit", days=31)

    async def prune() -> bool:
        await Retention(database, EXPIRY).prune_batch()
        # The running service may be pruning the same rows at this moment.
        async with database.transaction() as session:
            left = set(await session.scalars(select(Reservation.order_id)))
            items = set(await session.scalars(select(ReservationItem.order_id)))
        assert left == items == {2, 3}
        return True

    await eventually(prune)
