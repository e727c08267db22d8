from datetime import timedelta

import pytest

from app.errors import (
    NotificationErased,
    NotificationPending,
    NotificationSettled,
)
from app.models.notification import ChannelKind, Notification, Status
from tests.factories.notifications import NOON, a_notification

LEASE_END = NOON + timedelta(seconds=60)


def test_failed_notification_has_reason() -> None:
    notification = a_notification(claimed_until=LEASE_END)
    notification.mark_failed("550 no such user")
    assert notification.status is Status.FAILED
    assert notification.error == "550 no such user"
    assert notification.claimed_until is None


@pytest.mark.parametrize("status", [Status.SENT, Status.FAILED])
def test_settled_notification_is_not_retried(status: Status) -> None:
    with pytest.raises(NotificationSettled):
        a_notification(id=5, status=status).lease(LEASE_END)


def test_deferred_notification_is_retried_three_times_then_fails() -> None:
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


def test_outage_uses_no_retries_of_deferral() -> None:
    notification = a_notification(attempts=100)
    notification.defer("451 later", NOON)
    assert notification.status is Status.PENDING


@pytest.mark.parametrize(
    ("attempts", "delay"), [(1, 1), (2, 2), (3, 4), (5, 16), (6, 30), (3000, 30)]
)
def test_delay_grows_to_30_seconds_during_outage(attempts: int, delay: int) -> None:
    notification = a_notification(attempts=attempts, claimed_until=LEASE_END)
    notification.postpone("no mail server", NOON)
    assert notification.next_attempt_at == NOON + timedelta(seconds=delay)
    assert notification.claimed_until is None


@pytest.mark.parametrize(
    ("minutes", "status"), [(24 * 60 - 1, Status.PENDING), (24 * 60, Status.FAILED)]
)
def test_notification_fails_after_24_hours_of_outage(
    minutes: int, status: Status
) -> None:
    notification = a_notification(attempts=1)
    notification.postpone("no mail server", NOON + timedelta(minutes=minutes))
    assert notification.status is status


def test_resent_notification_has_no_attempts() -> None:
    notification = a_notification(
        status=Status.FAILED, attempts=4, deferrals=3, error="451 later"
    )
    notification.resend(LEASE_END)
    assert notification.status is Status.PENDING
    assert (notification.attempts, notification.deferrals) == (0, 0)
    assert notification.error is None
    assert notification.next_attempt_at == LEASE_END


def test_resent_notification_has_no_sent_time() -> None:
    notification = a_notification(status=Status.SENT, sent_at=NOON)
    notification.resend(LEASE_END)
    assert notification.sent_at is None


def test_24_hours_begin_again_at_resend() -> None:
    notification = a_notification(status=Status.FAILED)
    notification.resend(NOON + timedelta(days=3))
    notification.postpone("no mail server", NOON + timedelta(days=3, hours=23))
    assert notification.status is Status.PENDING


def test_pending_notification_cannot_be_resent() -> None:
    with pytest.raises(NotificationPending):
        a_notification(id=5).resend(NOON)


def test_erased_notification_cannot_be_resent() -> None:
    with pytest.raises(NotificationErased):
        a_notification(id=5, status=Status.SENT, erased_at=NOON).resend(NOON)


def test_known_address_makes_notification_an_email() -> None:
    notification = an_unaddressed_notification()
    notification.settle_address("ada@example.com")
    assert notification.channel is ChannelKind.EMAIL
    assert notification.recipient == "ada@example.com"
    assert not notification.address_wanted
    assert notification.claimed_until is None


@pytest.mark.parametrize("email", [None, ""])
def test_user_without_address_gets_push(email: str | None) -> None:
    notification = an_unaddressed_notification()
    notification.settle_address(email)
    assert notification.channel is ChannelKind.PUSH
    assert notification.recipient == "user:3"
    assert not notification.address_wanted


def test_unknown_address_is_asked_for_later() -> None:
    notification = an_unaddressed_notification()
    notification.wait_for_address(NOON)
    assert notification.address_wanted
    assert notification.next_attempt_at == NOON + timedelta(seconds=5)
    assert notification.claimed_until is None


def test_address_lookup_ends_after_24_hours() -> None:
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
