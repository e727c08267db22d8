from datetime import timedelta

import pytest

from app.models.errors import (
    NotificationErased,
    NotificationPending,
    NotificationSettled,
)
from app.models.notification import ChannelKind, Notification, Status
from tests.factories.notifications import NOON, a_notification

LEASE_END = NOON + timedelta(seconds=60)


def test_a_claim_counts_as_an_attempt_and_leases_the_notification() -> None:
    notification = a_notification()
    notification.claim(LEASE_END)
    assert (notification.attempts, notification.claimed_until) == (1, LEASE_END)


def test_what_was_sent_keeps_no_error_and_no_lease() -> None:
    notification = a_notification(error="451 later", claimed_until=LEASE_END)
    notification.mark_sent(NOON)
    assert notification.status is Status.SENT
    assert notification.sent_at == NOON
    assert notification.error is None
    assert notification.claimed_until is None


def test_what_failed_says_why() -> None:
    notification = a_notification(claimed_until=LEASE_END)
    notification.mark_failed("550 no such user")
    assert notification.status is Status.FAILED
    assert notification.error == "550 no such user"
    assert notification.claimed_until is None


@pytest.mark.parametrize("status", [Status.SENT, Status.FAILED])
def test_a_settled_notification_is_not_tried_again(status: Status) -> None:
    with pytest.raises(NotificationSettled):
        a_notification(id=5, status=status).claim(LEASE_END)


def test_a_deferred_notification_is_retried_after_1_2_and_4_seconds_then_failed() -> (
    None
):
    notification = a_notification()
    seen = []
    for _ in range(4):
        notification.defer("451 later", NOON)
        delay = (notification.next_attempt_at - NOON).total_seconds()
        seen.append((delay, notification.status))
    assert seen == [
        (1, Status.PENDING),
        (2, Status.PENDING),
        (4, Status.PENDING),
        (4, Status.FAILED),
    ]
    assert notification.error == "451 later"


def test_an_outage_does_not_use_up_the_retries_of_a_deferral() -> None:
    notification = a_notification(attempts=100)
    notification.defer("451 later", NOON)
    assert notification.status is Status.PENDING


@pytest.mark.parametrize(
    ("attempts", "delay"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (3000, 30)]
)
def test_the_delay_grows_to_30_seconds_while_the_channel_does_not_answer(
    attempts: int, delay: int
) -> None:
    notification = a_notification(attempts=attempts, claimed_until=LEASE_END)
    notification.postpone("no mail server", NOON)
    assert notification.next_attempt_at == NOON + timedelta(seconds=delay)
    assert notification.claimed_until is None


@pytest.mark.parametrize(
    ("minutes", "status"), [(24 * 60 - 1, Status.PENDING), (24 * 60, Status.FAILED)]
)
def test_after_24_hours_without_an_answer_the_notification_has_failed(
    minutes: int, status: Status
) -> None:
    notification = a_notification(attempts=1)
    notification.postpone("no mail server", NOON + timedelta(minutes=minutes))
    assert notification.status is status


def test_what_is_sent_again_is_as_if_it_had_never_been_tried() -> None:
    notification = a_notification(
        status=Status.FAILED, attempts=4, deferrals=3, error="451 later"
    )
    notification.resend(LEASE_END)
    assert notification.status is Status.PENDING
    assert (notification.attempts, notification.deferrals) == (0, 0)
    assert notification.error is None
    assert notification.next_attempt_at == LEASE_END


def test_what_was_sent_and_is_sent_again_has_not_been_sent() -> None:
    notification = a_notification(status=Status.SENT, sent_at=NOON)
    notification.resend(LEASE_END)
    assert notification.sent_at is None


def test_24_hours_of_patience_begin_anew_when_it_is_sent_again() -> None:
    notification = a_notification(status=Status.FAILED)
    notification.resend(NOON + timedelta(days=3))
    notification.postpone("no mail server", NOON + timedelta(days=3, hours=23))
    assert notification.status is Status.PENDING


def test_what_is_pending_cannot_be_sent_again() -> None:
    with pytest.raises(NotificationPending):
        a_notification(id=5).resend(NOON)


def test_what_is_erased_cannot_be_sent_again() -> None:
    with pytest.raises(NotificationErased):
        a_notification(id=5, status=Status.SENT, erased_at=NOON).resend(NOON)


def test_a_user_with_an_address_is_written_to_once_it_is_known() -> None:
    notification = an_unaddressed_notification()
    notification.settle_address("ada@example.com")
    assert notification.channel is ChannelKind.EMAIL
    assert notification.recipient == "ada@example.com"
    assert not notification.address_wanted
    assert notification.claimed_until is None


@pytest.mark.parametrize("email", [None, ""])
def test_a_user_without_an_address_is_pushed_to(email: str | None) -> None:
    notification = an_unaddressed_notification()
    notification.settle_address(email)
    assert notification.channel is ChannelKind.PUSH
    assert notification.recipient == "user:3"
    assert not notification.address_wanted


def test_an_address_that_nobody_knows_at_the_moment_is_asked_for_later() -> None:
    notification = an_unaddressed_notification()
    notification.wait_for_address(NOON)
    assert notification.address_wanted
    assert notification.next_attempt_at == NOON + timedelta(seconds=5)
    assert notification.claimed_until is None


def test_after_24_hours_without_an_answer_no_address_is_asked_for_any_more() -> None:
    notification = an_unaddressed_notification()
    notification.wait_for_address(NOON + timedelta(hours=24))
    assert not notification.address_wanted
    assert notification.channel is ChannelKind.PUSH


def an_unaddressed_notification() -> Notification:
    return a_notification(
        channel=ChannelKind.PUSH,
        recipient="user:3",
        address_wanted=True,
        claimed_until=LEASE_END,
    )
