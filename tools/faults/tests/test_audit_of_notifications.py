from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tools.faults.snapshot import Event, Stored
from tools.faults.tests.runs import LAMP, log, stored, with_lamp, wrong

EVENT_TYPES = (
    "order.created",
    "order.cancelled",
    "order.rejected",
    "order.status_changed",
    "user.registered",
)


def with_first(event_type: str, **changes: Any) -> Stored:
    """With the first notification of this type changed."""
    whole = list(stored().notifications)
    at = next(n for n, each in enumerate(whole) if each.event_type == event_type)
    whole[at] = replace(whole[at], **changes)
    return replace(stored(), notifications=tuple(whole))


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_missing_notification_is_found(event_type: str) -> None:
    damaged = with_first(event_type, user_id=0, order_id=None)
    assert "1 missing for" in wrong(f"{event_type}: one", log(), damaged)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_second_notification_is_found(event_type: str) -> None:
    whole = stored().notifications
    again = next(each for each in whole if each.event_type == event_type)
    damaged = replace(stored(), notifications=(*whole, replace(again, event_id="new")))
    assert "1 too many for" in wrong(f"{event_type}: one", log(), damaged)


def test_low_stock_is_notified_once_per_crossing() -> None:
    event = Event("low", "inventory.low", f"products/{LAMP}", 1.0, sent=True)
    crossed = replace(stored(), events=(*stored().events, event))
    assert "1 missing for event low" in wrong("inventory.low: one", log(), crossed)


def test_low_product_without_an_alert_is_found() -> None:
    damaged = with_lamp(stored(), threshold=22)
    found = wrong("the owner was notified", log(), damaged)
    assert f"product {LAMP} has 22" in found


@pytest.mark.parametrize(("available", "is_missed"), [(5, True), (0, False)])
def test_sold_out_product_needs_its_own_alert(available: int, is_missed: bool) -> None:
    event = Event("low", "inventory.low", f"products/{LAMP}", 1.0, True, available)
    sold_out = with_lamp(stored(), reserved=24)
    alerted = replace(sold_out, events=(*sold_out.events, event))
    found = wrong("the owner was notified", log(), alerted)
    assert (f"product {LAMP} has 0" in found) is is_missed


def test_account_answered_201_must_be_stored() -> None:
    damaged = replace(stored(), users={})
    assert "ada is lost" in wrong("accounts answered 201", log(), damaged)


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_unsent_notification_is_found(status: str) -> None:
    damaged = with_first("order.created", status=status)
    assert status in wrong("notifications: sent", log(), damaged)


@pytest.mark.parametrize("mails", [0, 2])
def test_missing_or_unattempted_mail_is_found(mails: int) -> None:
    event_id = stored().notifications[0].event_id
    counted = Counter({**stored().mails, event_id: mails})
    damaged = replace(stored(), mails=counted)
    assert f"is {mails} mails" in wrong("notifications: sent", log(), damaged)


def test_second_attempt_may_repeat_mail() -> None:
    again = with_first("order.created", attempts=2)
    counted = Counter({**stored().mails, again.notifications[0].event_id: 2})
    assert not wrong("notifications: sent", log(), replace(again, mails=counted))


def test_push_is_no_mail() -> None:
    pushed = replace(with_first("order.created", channel="push"))
    counted = Counter({**stored().mails, pushed.notifications[0].event_id: 0})
    assert not wrong("notifications: sent", log(), replace(pushed, mails=counted))


def test_dead_letters_are_found() -> None:
    assert "2 more" in wrong("dead letters", log(), replace(stored(), dead_letters=2))


def test_event_left_in_outbox_is_found() -> None:
    first, *others = stored().events
    damaged = replace(stored(), events=(replace(first, sent=False), *others))
    assert "is in the outbox" in wrong("unfinished work", log(), damaged)
