"""The metrics of orders: each change is changes once, after its commit."""

from contextlib import suppress
from decimal import Decimal

import pytest

from app.models import Order, OrderMessage, OrderStatus
from app.services.change_order import ChangeOrder
from app.services.check_out import CheckOut
from chassis import (
    Database,
    DatabaseUnavailable,
    DomainError,
    Outbox,
    PeerFailed,
    PeerTimeout,
)
from chassis.testing import metric
from tests.factories import a_draft, a_user, ample_time, as_stored, commits_that_fail
from tests.fake_products import FakeProducts

STATUSES = ("pending", "confirmed", "shipped", "delivered", "cancelled", "refused")
OUTCOMES = ("confirmed", "promised", "rejected", "cancelled", "withdrawn", "failed")


class MetricChanges:
    """The changes of the metrics since the start of the test."""

    def __init__(self) -> None:
        self._before = self._now()

    def _now(self) -> dict[tuple[str, str], float]:
        now = {}
        for status in STATUSES:
            now["order", status] = metric("orders_total", status=status)
            now["amount", status] = metric("orders_amount_total", status=status)
        for outcome in OUTCOMES:
            ended = metric("order_saga_duration_seconds_count", outcome=outcome)
            now["saga", outcome] = ended
        return now

    def of(self, what: str) -> dict[str, float]:
        now = self._now()
        return {
            name: now[kind, name] - before
            for (kind, name), before in self._before.items()
            if kind == what and now[kind, name] != before
        }


@pytest.fixture
def changes() -> MetricChanges:
    return MetricChanges()


async def place(checkout: CheckOut, *lines: tuple[int, int]) -> Order:
    draft = a_draft(*lines)
    return (await checkout.place(a_user(), draft, "key", ample_time())).order


async def change_status(
    database: Database, order: Order, *targets: OrderStatus
) -> None:
    outbox = Outbox(OrderMessage, "/order-service", lambda: None)
    for target in targets:
        await ChangeOrder(database, outbox).change(order.id, target, a_user(1, "admin"))


async def test_order_is_counted_once_per_status(
    checkout: CheckOut, database: Database, changes: MetricChanges
) -> None:
    order = await place(checkout, (1, 2))
    await place(checkout, (1, 2))  # a replay
    await change_status(database, order, OrderStatus.SHIPPED, OrderStatus.SHIPPED)
    await change_status(database, order, OrderStatus.DELIVERED)
    statuses = dict.fromkeys(("pending", "confirmed", "shipped", "delivered"), 1)
    assert changes.of("order") == statuses
    assert changes.of("amount") == {
        "confirmed": 20,
        "shipped": 20,
        "delivered": 20,
    }
    assert changes.of("saga") == {"confirmed": 1}


async def test_cancellation_counts_amount(
    checkout: CheckOut, database: Database, changes: MetricChanges
) -> None:
    await change_status(database, await place(checkout), OrderStatus.CANCELLED)
    assert changes.of("order") == {"pending": 1, "confirmed": 1, "cancelled": 1}
    assert changes.of("amount") == {"confirmed": 20, "cancelled": 20}


@pytest.mark.parametrize(
    ("failure", "lines", "orders", "sagas"),
    [
        (None, ((99, 1),), {"pending": 1, "refused": 1}, {"rejected": 1}),
        (None, ((1, 101),), {"pending": 1, "refused": 1}, {"rejected": 1}),
        (
            PeerFailed("500"),
            ((1, 1),),
            {"pending": 1, "refused": 1},
            {"withdrawn": 1},
        ),
        (PeerTimeout("no answer"), ((1, 1),), {"pending": 1}, {"promised": 1}),
    ],
)
async def test_unconfirmed_order_counts_no_amount(
    checkout: CheckOut,
    products: FakeProducts,
    changes: MetricChanges,
    failure: Exception | None,
    lines: tuple[tuple[int, int]],
    orders: dict[str, float],
    sagas: dict[str, float],
) -> None:
    products.failure = failure
    with suppress(DomainError):
        await place(checkout, *lines)
    assert changes.of("order") == orders
    assert changes.of("amount") == {}
    assert changes.of("saga") == sagas


async def test_too_large_total_is_counted_as_rejected(
    checkout: CheckOut, products: FakeProducts, changes: MetricChanges
) -> None:
    products.price = Decimal(90_000_000)
    with suppress(DomainError):
        await place(checkout, (1, 2))
    assert changes.of("order") == {"pending": 1, "refused": 1}
    assert changes.of("saga") == {"rejected": 1}


async def test_rolled_back_change_is_not_counted(
    checkout: CheckOut, database: Database, changes: MetricChanges
) -> None:
    order = await place(checkout)
    async with commits_that_fail(database, "NEW.status = 'cancelled'"):
        with pytest.raises(DatabaseUnavailable):
            await change_status(database, order, OrderStatus.CANCELLED)
    assert (await as_stored(database, order.id)).status == OrderStatus.CONFIRMED
    assert "cancelled" not in changes.of("order")
