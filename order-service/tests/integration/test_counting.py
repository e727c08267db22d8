"""What the shop sells is counted: each fact once, and nothing that was undone."""

from contextlib import suppress
from decimal import Decimal

import pytest

from app.models import Order, OrderMessage, OrderStatus
from app.services.change_order import ChangeOrder
from app.services.checkout import Checkout
from chassis import (
    Database,
    DatabaseUnavailable,
    Deadline,
    DomainError,
    Outbox,
    PeerFailed,
    PeerTimeout,
)
from chassis.testing import metric
from tests.factories import a_draft, a_user, as_stored, commits_that_fail
from tests.fake_products import FakeProducts

STATUSES = ("pending", "confirmed", "shipped", "delivered", "cancelled", "refused")
OUTCOMES = ("confirmed", "promised", "rejected", "cancelled", "withdrawn", "failed")


class Counted:
    """What has been counted since the beginning of the test."""

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
def counted() -> Counted:
    return Counted()


async def place(checkout: Checkout, *lines: tuple[int, int]) -> Order:
    deadline = Deadline.after(2)
    return (await checkout.place(a_user(), a_draft(*lines), "key", deadline)).order


async def move(database: Database, order: Order, *targets: OrderStatus) -> None:
    outbox = Outbox(OrderMessage, "/order-service", lambda: None)
    for target in targets:
        await ChangeOrder(database, outbox).change(order.id, target, a_user(1, "admin"))


async def test_an_order_is_counted_once_for_each_status_it_comes_to(
    checkout: Checkout, database: Database, counted: Counted
) -> None:
    order = await place(checkout, (1, 2))
    await place(checkout, (1, 2))  # the same again: a replay
    await move(database, order, OrderStatus.SHIPPED, OrderStatus.SHIPPED)
    await move(database, order, OrderStatus.DELIVERED)
    statuses = dict.fromkeys(("pending", "confirmed", "shipped", "delivered"), 1)
    assert counted.of("order") == statuses
    assert counted.of("amount") == {
        "confirmed": 20,
        "shipped": 20,
        "delivered": 20,
    }
    assert counted.of("saga") == {"confirmed": 1}


async def test_what_is_cancelled_takes_its_amount_back(
    checkout: Checkout, database: Database, counted: Counted
) -> None:
    await move(database, await place(checkout), OrderStatus.CANCELLED)
    assert counted.of("order") == {"pending": 1, "confirmed": 1, "cancelled": 1}
    assert counted.of("amount") == {"confirmed": 20, "cancelled": 20}


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
async def test_an_order_that_is_not_confirmed_is_no_revenue(
    checkout: Checkout,
    products: FakeProducts,
    counted: Counted,
    failure: Exception | None,
    lines: tuple[tuple[int, int]],
    orders: dict[str, float],
    sagas: dict[str, float],
) -> None:
    products.failure = failure
    with suppress(DomainError):
        await place(checkout, *lines)
    assert counted.of("order") == orders
    assert counted.of("amount") == {}
    assert counted.of("saga") == sagas


async def test_a_total_that_does_not_fit_is_refused(
    checkout: Checkout, products: FakeProducts, counted: Counted
) -> None:
    products.price = Decimal(90_000_000)
    with suppress(DomainError):
        await place(checkout, (1, 2))
    assert counted.of("order") == {"pending": 1, "refused": 1}
    assert counted.of("saga") == {"rejected": 1}


async def test_a_change_that_is_rolled_back_is_not_counted(
    checkout: Checkout, database: Database, counted: Counted
) -> None:
    order = await place(checkout)
    async with commits_that_fail(database, "NEW.status = 'cancelled'"):
        with pytest.raises(DatabaseUnavailable):
            await move(database, order, OrderStatus.CANCELLED)
    assert (await as_stored(database, order.id)).status == OrderStatus.CONFIRMED
    assert "cancelled" not in counted.of("order")
