from dataclasses import replace

import pytest

from tools.faults.audit import audit
from tools.faults.client_log import Answer
from tools.faults.snapshot import Change
from tools.faults.tests.runs import (
    ACCEPTED,
    CANCELLED,
    CONFIRMED,
    DELIVERED,
    REFUSED,
    WITHDRAWN,
    log,
    stored,
    with_order,
    without,
    wrong,
)


def test_correct_run_has_no_findings() -> None:
    assert [check for check in audit(log(), stored(), []) if check.wrong] == []


def test_order_answered_201_must_be_stored() -> None:
    damaged = replace(stored(), orders=without(stored().orders, CONFIRMED))
    assert wrong("orders answered 201", log(), damaged) == (
        f"order {CONFIRMED} (key key-{CONFIRMED}) is lost"
    )


def test_order_answered_201_must_not_be_withdrawn() -> None:
    damaged = with_order(stored(), CONFIRMED, refused=True, status="cancelled")
    assert "withdrawn" in wrong("orders answered 201", log(), damaged)


@pytest.mark.parametrize("status", ["pending", "cancelled", "shipped"])
def test_order_answered_201_is_as_requested(status: str) -> None:
    damaged = with_order(stored(), CONFIRMED, status=status)
    assert f"{status}, unasked" in wrong("orders answered 201", log(), damaged)


def test_order_has_items_of_its_key() -> None:
    damaged = with_order(stored(), CONFIRMED, items={70: 2})
    assert "not what key" in wrong("orders answered 201", log(), damaged)


def test_order_answered_202_settles() -> None:
    damaged = with_order(stored(), ACCEPTED, status="pending")
    assert "pending" in wrong("orders answered 202: settled", log(), damaged)
    assert f"order {ACCEPTED} is pending" in wrong("unfinished work", log(), damaged)


def test_order_answered_202_may_be_withdrawn() -> None:
    settled = with_order(stored(), ACCEPTED, status="cancelled", refused=True)
    assert not wrong("orders answered 202: settled", log(), settled)


@pytest.mark.parametrize("order_id", [WITHDRAWN, REFUSED])
def test_order_answered_503_or_409_must_not_exist(order_id: int) -> None:
    damaged = with_order(stored(), order_id, status="confirmed", refused=False)
    assert f"order {order_id} " in wrong("not placed", log(), damaged)


@pytest.mark.parametrize("status", [0, 502, 504])
def test_order_may_exist_after_unknown_outcome(status: int) -> None:
    unsure = log()
    unsure.purchases[WITHDRAWN - 1].answers.append(Answer(status))
    placed = with_order(stored(), WITHDRAWN, status="confirmed", refused=False)
    assert not wrong("503: not placed", unsure, placed)


def test_key_has_one_order() -> None:
    damaged = with_order(stored(), ACCEPTED, key=f"key-{CONFIRMED}")
    assert f"[{CONFIRMED}, {ACCEPTED}]" in wrong("one for each key", log(), damaged)


@pytest.mark.parametrize(
    ("order_id", "target"), [(CANCELLED, "cancelled"), (DELIVERED, "delivered")]
)
def test_answered_status_change_must_stay(order_id: int, target: str) -> None:
    damaged = with_order(stored(), order_id, status="confirmed")
    assert wrong(f"set to {target}", log(), damaged) == (
        f"order {order_id} is confirmed"
    )


def test_delivered_order_counts_as_shipped() -> None:
    assert not wrong("set to shipped", log(), stored())


def test_order_is_confirmed_once() -> None:
    history = (*stored().orders[CONFIRMED].history, Change("confirmed", 2.0))
    damaged = with_order(stored(), CONFIRMED, history=history)
    assert "confirmed 2 times" in wrong("a status twice", log(), damaged)


@pytest.mark.parametrize("answer", [Answer(500), Answer(401, "not_authenticated")])
def test_unexpected_response_is_found(answer: Answer) -> None:
    surprised = log()
    surprised.purchases[0].answers.append(answer)
    assert str(answer.status) in wrong("orders: each attempt", surprised, stored())
