"""One statement does the common case as the models do, and special cases not at all."""

import asyncio
from collections.abc import Mapping
from decimal import Decimal

import pytest
import pytest_asyncio
from sqlalchemy import select

from app.models import (
    CacheInvalidation,
    LedgerEntry,
    ProductMessage,
    Reservation,
    ReservationItem,
    Stock,
)
from app.models.reservation import Wanted
from app.repositories.common_reservations import CommonReservations
from app.repositories.products import Products
from app.repositories.stock import Stocks
from app.schemas.product import ProductCreate
from app.schemas.reservation import ReservationRead
from app.services.reserve_stock import ReserveStock
from chassis import Database, Outbox
from chassis.testing import until_waiting

PRICE = Decimal("9.99")


async def lamp_of(database: Database, quantity: int) -> int:
    offer = ProductCreate(name="Lamp", price=PRICE, quantity=quantity)
    async with database.transaction() as session:
        return int((await Products(session).add(1, offer))["id"])


@pytest_asyncio.fixture
async def lamp(database: Database) -> int:
    return await lamp_of(database, 20)


async def reserve(
    database: Database, order_id: int, wanted: Mapping[int, Wanted]
) -> ReservationRead | None:
    common = CommonReservations(database)
    return await common.reserve(order_id, wanted, database.deadline())


def facts(stock: Stock) -> tuple[int, int, int]:
    return stock.on_hand, stock.reserved, stock.revision


async def stock_of(database: Database, product_id: int) -> tuple[int, int, int]:
    async with database.transaction() as session:
        return facts(await Stocks(session).get(product_id))


async def test_common_reservation_is_stored_like_that_of_the_models(
    database: Database, lamp: int
) -> None:
    other = await lamp_of(database, 20)
    wanted = {other: Wanted(2, frozenset({PRICE})), lamp: Wanted(3)}
    reserved = await reserve(database, 17, wanted)
    assert reserved is not None
    assert [(each.product_id, each.quantity) for each in reserved.items] == [
        (lamp, 3),
        (other, 2),
    ]
    async with database.transaction() as session:
        by_hand = Reservation(order_id=17, items=[])
        products = await Products(session).lock_with_stock(wanted)
        expected = {}
        for product_id, product in products.items():
            product.stock.on_hand, product.stock.reserved = 20, 0
            product.stock.revision = 1
            by_hand.take(product, wanted[product_id].quantity)
            expected[product_id] = facts(product.stock)
        items = [item_facts(item) for item in by_hand.items]
        await session.rollback()
    assert {each: await stock_of(database, each) for each in expected} == expected
    async with database.transaction() as session:
        stored = await session.scalars(
            select(ReservationItem).order_by(ReservationItem.product_id)
        )
        assert [item_facts(item) for item in stored] == items
        invalidated = await session.scalars(select(CacheInvalidation.revision))
        assert [*invalidated] == [2, 2]


def item_facts(item: ReservationItem) -> tuple[object, ...]:
    return item.product_id, item.quantity, item.unit_price, item.product_name


@pytest.mark.parametrize(
    ("quantity", "agreed_prices"),
    [
        (21, ()),
        (20, ()),
        (15, ()),
        (2**31 * 100, ()),
        (1, ("9.98",)),
        (1, ("9.98", "9.99")),
    ],
    ids=["short", "sold out", "low", "huge", "another price", "two prices"],
)
async def test_special_case_stores_nothing(
    database: Database, lamp: int, quantity: int, agreed_prices: tuple[str, ...]
) -> None:
    fine = await lamp_of(database, 20)
    special = Wanted(quantity, frozenset(map(Decimal, agreed_prices)))
    assert await reserve(database, 17, {fine: Wanted(1), lamp: special}) is None
    assert await stock_of(database, fine) == (20, 0, 1)
    async with database.transaction() as session:
        assert await session.get(Reservation, 17) is None


async def test_withdrawn_product_is_a_special_case(
    database: Database, lamp: int
) -> None:
    async with database.transaction() as session:
        (await Products(session).get(lamp, for_update=True)).withdraw()
    assert await reserve(database, 17, {lamp: Wanted(1)}) is None
    assert await reserve(database, 17, {lamp + 1: Wanted(1)}) is None


async def test_second_reservation_of_an_order_is_a_special_case(
    database: Database, lamp: int
) -> None:
    assert await reserve(database, 17, {lamp: Wanted(1)})
    assert await reserve(database, 17, {lamp: Wanted(1)}) is None
    assert await stock_of(database, lamp) == (20, 1, 2)


async def test_low_stock_stays_low_in_the_common_case(database: Database) -> None:
    lamp = await lamp_of(database, 5)
    assert await reserve(database, 17, {lamp: Wanted(4)})
    assert await reserve(database, 18, {lamp: Wanted(1)}) is None


async def test_reservation_counts_stock_that_it_waited_for(
    database: Database, lamp: int
) -> None:
    assert await reserve(database, 17, {lamp: Wanted(14)})
    async with database.transaction() as session:
        stock = await Stocks(session).get(lamp, for_update=True)
        stock.restock(20, "found")
        await session.flush()
        waiting = asyncio.create_task(reserve(database, 18, {lamp: Wanted(15)}))
        await until_waiting(database)
    assert await waiting is not None
    assert await stock_of(database, lamp) == (40, 29, 4)


@pytest.mark.parametrize(
    ("verb", "stock", "ledger"),
    [
        ("commit", (17, 0, 3), [(20, 20, None), (-3, 17, 17)]),
        ("release", (20, 0, 3), [(20, 20, None)]),
    ],
)
async def test_reservation_is_settled_once(
    database: Database,
    lamp: int,
    verb: str,
    stock: tuple[int, int, int],
    ledger: list[tuple[int, int, int | None]],
) -> None:
    settle = getattr(CommonReservations(database), verb)
    assert await settle(17, database.deadline()) is None
    assert await reserve(database, 17, {lamp: Wanted(3)})
    settled = await settle(17, database.deadline())
    assert (settled.order_id, settled.items[0].quantity) == (17, 3)
    assert await settle(17, database.deadline()) is None
    assert await stock_of(database, lamp) == stock
    async with database.transaction() as session:
        entries = await session.scalars(select(LedgerEntry).order_by(LedgerEntry.id))
        assert [(e.change, e.on_hand_after, e.order_id) for e in entries] == ledger


async def test_fall_of_the_stock_is_published_by_the_models(
    database: Database, lamp: int
) -> None:
    reserve_stock = ReserveStock(database, Outbox(ProductMessage, "/p", lambda: None))
    await reserve_stock.reserve(17, {lamp: Wanted(14)})
    await reserve_stock.reserve(18, {lamp: Wanted(1)})
    async with database.transaction() as session:
        [event] = (await session.scalars(select(ProductMessage))).all()
    assert event.routing_key == "inventory.low"
