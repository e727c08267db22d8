from dataclasses import replace

import pytest

from tools.faults.client_log import Answer
from tools.faults.snapshot import Entry, Reservation, Stored
from tools.faults.tests.runs import (
    CANCELLED,
    CONFIRMED,
    DELIVERED,
    LAMP,
    log,
    stored,
    with_lamp,
    with_order,
    without,
    wrong,
)


def with_reservation(reservation: Reservation) -> Stored:
    whole = stored()
    held = {**whole.reservations, reservation.order_id: reservation}
    return replace(whole, reservations=held)


def with_entry(entry: Entry) -> Stored:
    return with_lamp(stored(), ledger=(*stored().products[LAMP].ledger, entry))


def test_confirmed_order_without_a_reservation_is_found() -> None:
    damaged = replace(stored(), reservations=without(stored().reservations, CONFIRMED))
    assert "has no reservation" in wrong("reserved once", log(), damaged)


@pytest.mark.parametrize(
    ("order_id", "status"),
    [(CONFIRMED, "released"), (CANCELLED, "reserved"), (DELIVERED, "reserved")],
)
def test_reservation_fits_the_status_of_its_order(order_id: int, status: str) -> None:
    damaged = with_reservation(Reservation(order_id, status, {LAMP: 1}))
    assert f"order {order_id} " in wrong("reserved once", log(), damaged)


def test_pending_release_is_found() -> None:
    damaged = with_order(stored(), CANCELLED, stock="due_release")
    assert "due_release" in wrong("reserved once", log(), damaged)
    assert "due_release" in wrong("unfinished work", log(), damaged)


def test_reservation_has_the_items_of_its_order() -> None:
    damaged = with_reservation(Reservation(CONFIRMED, "reserved", {LAMP: 2}))
    assert "reserved {70: 2}" in wrong("reserved once", log(), damaged)


@pytest.mark.parametrize("of_gateway", [True, False])
def test_change_that_gateway_never_sent_must_not_be_made(*, of_gateway: bool) -> None:
    refused = log()
    answer = Answer(503, "peer_unreachable", of_gateway=of_gateway)
    refused.stock_changes[0].answers[:] = [answer]
    found = wrong("restocks and reductions", refused, stored())
    assert ("was written 1 times" in found) is of_gateway


def test_order_sold_twice_is_found() -> None:
    damaged = with_entry(Entry(LAMP, "sale", -1, 23, "again", DELIVERED))
    assert "2 times" in wrong("reserved once", log(), damaged)


def test_stock_held_without_order_is_found() -> None:
    damaged = with_reservation(Reservation(99, "reserved", {LAMP: 1}))
    assert "for 99" in wrong("without an order", log(), damaged)


@pytest.mark.parametrize("change", [{"on_hand": 23}, {"reserved": 3}, {"ledger": ()}])
def test_stock_that_does_not_add_up_is_found(change: dict[str, object]) -> None:
    damaged = with_lamp(stored(), **change)
    assert f"product {LAMP}" in wrong("and all changes", log(), damaged)


def test_less_than_nothing_is_found() -> None:
    damaged = with_lamp(stored(), on_hand=1)
    assert "less than nothing" in wrong("and all changes", log(), damaged)


def test_lost_product_is_found() -> None:
    damaged = replace(stored(), products={})
    assert "is lost" in wrong("and all changes", log(), damaged)


def test_gap_in_the_ledger_is_found() -> None:
    damaged = with_entry(Entry(LAMP, "correction", 1, 26, "quantity set", None))
    assert "follows 24" in wrong("and all changes", log(), damaged)


def test_answered_restock_missing_from_ledger_is_found() -> None:
    ledger = [e for e in stored().products[LAMP].ledger if e.kind != "restock"]
    damaged = with_lamp(stored(), ledger=tuple(ledger))
    assert "written 0 times" in wrong("as answered", log(), damaged)


def test_rejected_reduction_is_not_in_ledger() -> None:
    damaged = with_entry(Entry(LAMP, "reduction", -9, 15, "too many", None))
    assert "written 1 times" in wrong("as answered", log(), damaged)


def test_unanswered_restock_may_be_in_ledger() -> None:
    unsure = log()
    unsure.stock_changes[0].answers = [Answer(0)]
    assert not wrong("as answered", unsure, stored())


def test_unrequested_change_is_found() -> None:
    damaged = with_entry(Entry(LAMP, "restock", 1, 25, "out of the blue", None))
    assert "never asked for" in wrong("as answered", log(), damaged)
