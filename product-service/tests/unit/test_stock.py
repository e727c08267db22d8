"""Stock refuses illegal changes, and its ledger has every change."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from app.errors import InsufficientStock, NotReserved, StockLimitExceeded
from app.models.stock import MAX_STOCK, Stock
from chassis import Conflict
from tests.factories import ledger_of


def test_initial_stock_of_zero_has_no_ledger_entry() -> None:
    assert ledger_of(Stock.initial(0)) == []


def test_reserved_stock_is_on_hand_but_unavailable() -> None:
    stock = Stock.initial(10)
    stock.reserve(4)
    assert (stock.on_hand, stock.available) == (10, 6)


def test_insufficient_stock_error_has_available_quantity() -> None:
    stock = Stock.initial(3)
    with pytest.raises(InsufficientStock) as refusal:
        stock.reserve(4)
    assert refusal.value.context["requested"] == 4
    assert refusal.value.context["available"] == 3


def test_reserved_stock_cannot_be_reduced() -> None:
    stock = Stock.initial(10)
    stock.reserve(8)
    with pytest.raises(InsufficientStock):
        stock.reduce(3, "broken")


def test_unreserved_stock_cannot_be_released() -> None:
    with pytest.raises(NotReserved):
        Stock.initial(10).release(1)


def test_sale_takes_reserved_stock_and_names_order() -> None:
    stock = Stock.initial(10)
    stock.reserve(4)
    stock.sell(4, order_id=17)
    assert (stock.on_hand, stock.reserved) == (6, 0)
    sale = ledger_of(stock)[-1]
    assert (sale.kind, sale.change, sale.order_id) == ("sale", -4, 17)


def test_correction_sets_available_and_keeps_reservations() -> None:
    stock = Stock.initial(10)
    stock.reserve(4)
    stock.correct(1)
    assert (stock.available, stock.reserved) == (1, 4)
    assert ledger_of(stock)[-1].change == -5


def test_correction_without_difference_has_no_ledger_entry() -> None:
    stock = Stock.initial(10)
    stock.correct(10)
    assert [entry.kind for entry in ledger_of(stock)] == ["initial"]


def test_stock_cannot_outgrow_its_column() -> None:
    stock = Stock.initial(MAX_STOCK)
    with pytest.raises(StockLimitExceeded):
        stock.restock(1, "delivery")


def test_correction_limit_includes_reserved_stock() -> None:
    stock = Stock.initial(10)
    stock.reserve(1)
    with pytest.raises(StockLimitExceeded):
        stock.correct(MAX_STOCK)


QUANTITIES = st.integers(1, 20) | st.just(MAX_STOCK)
MOVES = st.one_of(
    st.tuples(st.sampled_from(["restock", "reduce"]), QUANTITIES, st.just("why")),
    st.tuples(st.sampled_from(["reserve", "release", "correct"]), QUANTITIES),
    st.tuples(st.just("sell"), QUANTITIES, st.just(17)),
)


# A machine that stalls is no fault.
@settings(deadline=None)
@given(st.integers(0, 50), st.lists(MOVES, max_size=30))
def test_ledger_adds_up_after_any_changes(
    initial: int, moves: list[tuple[str, *tuple[int | str, ...]]]
) -> None:
    stock = Stock.initial(initial)
    for verb, *arguments in moves:
        with suppress(Conflict):
            getattr(stock, verb)(*arguments)
        assert 0 <= stock.reserved <= stock.on_hand <= MAX_STOCK
        assert sum(entry.change for entry in ledger_of(stock)) == stock.on_hand
    assert all(entry.change for entry in ledger_of(stock))


@pytest.mark.parametrize(
    ("verb", "arguments", "shortage"),
    [
        ("reserve", (4,), None),
        ("reserve", (5,), "low"),
        ("reserve", (10,), "out"),
        ("reduce", (5, "broken"), "low"),
        ("reduce", (10, "broken"), "out"),
        ("correct", (5,), "low"),
        ("correct", (6,), None),
        ("correct", (0,), "out"),
        ("set_low_stock_threshold", (9,), None),
        ("set_low_stock_threshold", (10,), "low"),
    ],
)
def test_stock_falls_into_one_shortage(
    verb: str, arguments: tuple[Any, ...], shortage: str | None
) -> None:
    stock = Stock.initial(10, threshold=5)
    getattr(stock, verb)(*arguments)
    assert stock.fell_into == shortage


def test_low_stock_that_sells_out_alerts_again() -> None:
    stock = Stock.initial(5, threshold=5)
    stock.reserve(4)
    assert stock.fell_into is None
    stock.reserve(1)
    assert stock.fell_into == "out"


def test_stock_that_rises_to_threshold_does_not_alert() -> None:
    stock = Stock.initial(0, threshold=5)
    stock.restock(3, "delivery")
    stock.set_low_stock_threshold(2)
    stock.set_low_stock_threshold(0)
    assert stock.fell_into is None


def test_every_visible_change_is_a_revision() -> None:
    stock = Stock.initial(10)
    stock.restock(1, "delivery")
    stock.reserve(2)
    stock.release(1)
    stock.reduce(1, "broken")
    stock.correct(3)
    stock.correct(3)
    assert stock.revision == 6
    added = inspect(stock).attrs.invalidations.history.added
    assert [change.revision for change in added] == [2, 3, 4, 5, 6]
