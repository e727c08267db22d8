"""Reserves and settles by one statement, which does the common case or nothing.

An order needs three tables and the stock of each product. With the ORM that is a
transaction of seven statements; here it is one, which commits itself. It stores all or
nothing: its last parts write only if its first parts have found nothing special. In all
other cases it returns no row, and the use case goes through the models, which know each
reason for a rejection. So this module decides no special case; it only recognizes them.

Both ways lock stock first, by product, and then the reservation: in another sequence
they could deadlock. UPDATE first computes the new row from the statement's snapshot,
which may be older than the locked row, and checks the constraints on it. So each number
of the stock is computed from the locked row.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import TextClause, text

from app.models.catalogue_change import CatalogueChange
from app.models.ledger_entry import LedgerKind
from app.models.reservation import ReservationStatus, Wanted
from app.schemas.reservation import ReservationRead
from chassis import Database, Deadline, report_changes

# Special are a reservation that exists, a product that is withdrawn or unknown, a short
# stock, another price, and a stock that falls into a shortage, of which the owner is
# notified.
_RESERVE = text(
    f"""
    WITH wanted AS (
        SELECT * FROM unnest(
            CAST(:product_ids AS bigint[]), CAST(:quantities AS bigint[]),
            CAST(:agreed_prices AS numeric[])
        ) AS item (product_id, quantity, agreed_price)
    ), locked AS MATERIALIZED (
        SELECT product_id, quantity, agreed_price, name, price, on_hand, reserved,
            on_hand - reserved AS available, low_stock_threshold AS low, revision
        FROM wanted JOIN stock USING (product_id) JOIN products ON id = product_id
        WHERE withdrawn_at IS NULL
            AND NOT EXISTS (SELECT FROM reservations WHERE order_id = :order_id)
        ORDER BY product_id FOR NO KEY UPDATE OF products, stock
    ), reservation AS (
        INSERT INTO reservations (order_id, status)
        SELECT :order_id, '{ReservationStatus.RESERVED}' FROM locked
        HAVING count(*) = cardinality(:product_ids) AND bool_and(
            available > quantity
            AND (available - quantity > low OR available <= low)
            AND coalesce(agreed_price = price, true)
        )
        ON CONFLICT DO NOTHING RETURNING order_id, status, created_at
    ), item AS (
        INSERT INTO reservation_items
            (order_id, product_id, product_name, quantity, unit_price)
        SELECT order_id, product_id, name, quantity, price FROM reservation, locked
        RETURNING product_id, product_name, quantity, unit_price
    ), changed AS (
        UPDATE stock SET on_hand = locked.on_hand,
            reserved = locked.reserved + quantity,
            revision = locked.revision + 1, updated_at = clock_timestamp()
        FROM reservation, locked WHERE stock.product_id = locked.product_id
        RETURNING stock.product_id, stock.revision
    ), invalidation AS (
        INSERT INTO cache_invalidations (product_id, revision)
        SELECT product_id, revision FROM changed
    )
    SELECT reservation.*, item.*, revision
    FROM reservation, item JOIN changed USING (product_id) ORDER BY product_id
    """  # noqa: S608 - the constants are ours
)

# Special: a reservation that is unknown, or settled already.
_SETTLE = f"""
    WITH item AS MATERIALIZED (
        SELECT product_id, product_name, quantity, unit_price,
            on_hand, reserved, revision
        FROM reservations JOIN reservation_items USING (order_id)
            JOIN stock USING (product_id)
        WHERE order_id = :order_id AND status = '{ReservationStatus.RESERVED}'
        ORDER BY product_id FOR NO KEY UPDATE OF stock
    ), reservation AS (
        UPDATE reservations SET status = :status, settled_at = clock_timestamp()
        FROM (SELECT count(*) FROM item) AS locked
        WHERE order_id = :order_id AND status = '{ReservationStatus.RESERVED}'
            AND locked.count > 0
        RETURNING order_id, status, created_at
    ), changed AS (
        UPDATE stock SET on_hand = item.on_hand - {{sold}},
            reserved = item.reserved - quantity, revision = item.revision + 1,
            updated_at = clock_timestamp()
        FROM reservation, item WHERE stock.product_id = item.product_id
        RETURNING stock.product_id, stock.on_hand, stock.revision
    ), invalidation AS (
        INSERT INTO cache_invalidations (product_id, revision)
        SELECT product_id, revision FROM changed
    ){{ledger}}
    SELECT reservation.*, product_id, product_name, quantity, unit_price,
        changed.revision
    FROM reservation, item JOIN changed USING (product_id) ORDER BY product_id
    """  # noqa: S608 - the constants are ours

_LEDGER = f""", ledger AS (
        INSERT INTO stock_ledger
            (product_id, kind, change, on_hand_after, reason, order_id)
        SELECT product_id, '{LedgerKind.SALE}', -quantity, changed.on_hand,
            'order ' || order_id, order_id
        FROM reservation, item JOIN changed USING (product_id)
    )"""  # noqa: S608 - the constants are ours

_RELEASE = text(_SETTLE.format(sold="0", ledger=""))
_COMMIT = text(_SETTLE.format(sold="quantity", ledger=_LEDGER))


class CommonReservations:
    """Each method is one transaction, and returns None for a special case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(
        self, order_id: int, wanted: Mapping[int, Wanted], deadline: Deadline
    ) -> ReservationRead | None:
        prices = [item.agreed_prices for item in wanted.values()]
        if any(len(each) > 1 for each in prices):
            return None
        values = {
            "order_id": order_id,
            "product_ids": [*wanted],
            "quantities": [item.quantity for item in wanted.values()],
            "agreed_prices": [next(iter(each), None) for each in prices],
        }
        return await self._execute(_RESERVE, values, deadline)

    async def commit(self, order_id: int, deadline: Deadline) -> ReservationRead | None:
        """Sells what is reserved."""
        values = {"order_id": order_id, "status": ReservationStatus.COMMITTED}
        return await self._execute(_COMMIT, values, deadline)

    async def release(
        self, order_id: int, deadline: Deadline
    ) -> ReservationRead | None:
        values = {"order_id": order_id, "status": ReservationStatus.RELEASED}
        return await self._execute(_RELEASE, values, deadline)

    async def _execute(
        self, statement: TextClause, values: Mapping[str, Any], deadline: Deadline
    ) -> ReservationRead | None:
        transaction = self._database.transaction(deadline, of_one_statement=True)
        async with transaction as session:
            rows = (await session.execute(statement, values)).mappings().all()
            if not rows:
                return None
            revisions = {row["product_id"]: row["revision"] for row in rows}
            report_changes(session, CatalogueChange(revisions))
        return ReservationRead.model_validate({**rows[0], "items": rows})
