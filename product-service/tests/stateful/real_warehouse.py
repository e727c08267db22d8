"""The service itself, asked over its API and read from its database."""

import asyncio
from collections.abc import Sequence

import httpx
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from app.models import (
    LedgerEntry,
    LowStockAlert,
    ProductMessage,
    Reservation,
    Stock,
)
from chassis import Database
from tests.factories import AS_OWNER, offer, reserve, settle
from tests.stateful import stock_model as model
from tests.stateful.stock_model import Count, Operation, Reserve, Settle, Shelf

# More orders than one example can have.
MANY = 1_000


class RealWarehouse:
    """Products and orders of one example, known by the numbers the model has for them.

    Args:
        round_: of this run, so that each example has orders of its own.
    """

    def __init__(
        self, client: httpx.AsyncClient, database: Database, round_: int
    ) -> None:
        self._client = client
        self._database = database
        self._first_order = round_ * MANY
        self._products: list[int] = []

    async def open(self, quantities: Sequence[int]) -> None:
        self._products = [await offer(self._client, quantity=q) for q in quantities]

    async def do_at_once(self, operations: Sequence[Operation]) -> list[str]:
        return await asyncio.gather(*(self._do(operation) for operation in operations))

    async def _do(self, operation: Operation) -> str:
        match operation:
            case Reserve(order, items):
                wanted = {self._products[p]: quantity for p, quantity in items.items()}
                answer = await reserve(self._client, self._first_order + order, wanted)
            case Settle(order, verb):
                answer = await settle(self._client, self._first_order + order, verb)
            case Count(product, kind, quantity):
                answer = await self._count(self._products[product], kind, quantity)
        if answer.is_success:
            return model.DONE
        code: str = answer.json()["code"]
        return code

    async def _count(self, product: int, kind: str, quantity: int) -> httpx.Response:
        path, body = {
            "restock": (f"/inventory/{product}/restock", {"quantity": quantity}),
            "reduce": (f"/inventory/{product}/reduce", {"quantity": quantity}),
            "correct": (f"/products/{product}", {"quantity": quantity}),
            "warn at": (f"/inventory/{product}", {"low_stock_threshold": quantity}),
        }[kind]
        reason = {"reason": "count"} if kind in ("restock", "reduce") else {}
        return await self._client.patch(path, json=body | reason, headers=AS_OWNER)

    async def read(self) -> model.Warehouse:
        """Returns the stored stock, after a check that it adds up."""
        async with self._database.transaction() as session:
            reservations = await self._read_reservations(session)
            shelves = {
                number: await self._read_shelf(session, number, reservations)
                for number in range(len(self._products))
            }
        return model.Warehouse(shelves, reservations)

    async def _read_reservations(
        self, session: AsyncSession
    ) -> dict[int, model.Reservation]:
        numbers = {product: number for number, product in enumerate(self._products)}
        query = (
            select(Reservation)
            .where(Reservation.order_id.between(*self._orders))
            .options(selectinload(Reservation.items))
        )
        return {
            found.order_id - self._first_order: model.Reservation(
                found.status,  # type: ignore[arg-type]
                {numbers[p]: quantity for p, quantity in found.quantities.items()},
            )
            for found in await session.scalars(query)
        }

    @property
    def _orders(self) -> tuple[int, int]:
        return self._first_order, self._first_order + MANY - 1

    async def _read_shelf(
        self,
        session: AsyncSession,
        number: int,
        reservations: dict[int, model.Reservation],
    ) -> Shelf:
        product_id = self._products[number]
        stock = await session.get_one(Stock, product_id)
        entries = select(LedgerEntry).where(LedgerEntry.product_id == product_id)
        ledger = (await session.scalars(entries.order_by(LedgerEntry.id))).all()
        sales = [entry for entry in ledger if entry.order_id is not None]
        shelf = Shelf(
            came=sum(entry.change for entry in ledger if entry.order_id is None),
            threshold=stock.low_stock_threshold,
            held={
                order: reservation.items[number]
                for order, reservation in reservations.items()
                if reservation.status == "reserved" and number in reservation.items
            },
            sold={(e.order_id or 0) - self._first_order: -e.change for e in sales},
            alerts=await _alerts_of(session, product_id),
        )
        assert len(shelf.sold) == len(sales), "an order was sold its goods twice"
        assert stock.available >= 0
        assert stock.reserved == sum(shelf.held.values())
        assert stock.on_hand == sum(entry.change for entry in ledger)
        assert stock.available + stock.reserved + sum(shelf.sold.values()) == shelf.came
        assert not ledger or ledger[-1].on_hand_after == stock.on_hand
        return shelf


async def _alerts_of(session: AsyncSession, product_id: int) -> dict[str, bool]:
    of_product = select(LowStockAlert).where(LowStockAlert.product_id == product_id)
    alerts = (await session.scalars(of_product)).all()
    events = select(func.count()).where(
        ProductMessage.routing_key == "inventory.low",
        ProductMessage.body.contains(f'"products/{product_id}"'),
    )
    assert await session.scalar(events) == len(alerts), "more than one in an hour"
    return {alert.shortage: alert.waiting for alert in alerts}
