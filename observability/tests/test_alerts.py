"""Each alert fires when it should, and not when nearly all is the same."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from observability.tests.rules import ALERTS, Series, check

ORDERS = 'service="order-service"'
SENDER = 'service="notification-service"'
BREAKER = (
    f'peer_breaker_state{{{ORDERS}, peer="user-service", peer_breaker_state="open"}}'
)
REQUESTS = f'http_requests_total{{{ORDERS}, status="201"}}'
TURNED_AWAY = f'http_requests_turned_away_total{{{ORDERS}, reason="queue"}}'
ATTEMPTS = f'notification_attempts_total{{{SENDER}, channel="email", outcome="%s"}}'
QUEUE = f'{SENDER}, queue="order_notifications%s"'
KEY = 'signing_key_age_seconds{service="user-service"}'
DAY = 86400


@dataclass(frozen=True)
class Case:
    """
    Attributes:
        labels: those of the one alert that fires.
        fires, quiet: what is measured when it does, and when it does not.
    """

    alert: str
    labels: str
    fires: Series
    quiet: Series

    def __str__(self) -> str:
        return self.alert


CASES = [
    Case(
        "ServiceDown",
        f'severity="page", job="services", {ORDERS}',
        fires={f'up{{job="services", {ORDERS}}}': "1x10 0x10"},
        quiet={f'up{{job="services", {ORDERS}}}': "1x19 0"},
    ),
    Case(
        "BreakerOpen",
        f'severity="page", {ORDERS}, peer="user-service"',
        fires={BREAKER: "0x10 1 0 1 0 1 0 1 0 1 0"},
        quiet={BREAKER: "0x16 1 0x3"},
    ),
    Case(
        "TurnedAway",
        f'severity="page", {ORDERS}',
        fires={REQUESTS: "0+980x20", TURNED_AWAY: "0+20x20"},
        quiet={REQUESTS: "0+995x20", TURNED_AWAY: "0+5x20"},
    ),
    Case(
        "PoolExhausted",
        f'severity="page", {ORDERS}',
        fires={f"database_pool_waiting{{{ORDERS}}}": "0x10 3x10"},
        quiet={f"database_pool_waiting{{{ORDERS}}}": "0x10 3 0 9 0 3 0 9 0 3 0"},
    ),
    Case(
        "SigningKeyOld",
        'severity="ticket"',
        fires={KEY: f"{366 * DAY}x90"},
        quiet={KEY: f"{364 * DAY}x90"},
    ),
    Case(
        "EventsNotSent",
        f'severity="page", {ORDERS}',
        # Of two replicas, one that has not looked yet.
        fires={
            f'outbox_oldest_unsent_age_seconds{{{ORDERS}, instance="a"}}': "0+60x20",
            f'outbox_oldest_unsent_age_seconds{{{ORDERS}, instance="b"}}': "0x20",
        },
        quiet={f"outbox_oldest_unsent_age_seconds{{{ORDERS}}}": "59x20"},
    ),
    Case(
        "NotConsuming",
        f'severity="page", {QUEUE % ""}',
        fires={f"queue_consuming{{{QUEUE % ''}}}": "1x10 0x10"},
        # Of two replicas, one.
        quiet={
            f'queue_consuming{{{QUEUE % ""}, instance="a"}}': "0x20",
            f'queue_consuming{{{QUEUE % ""}, instance="b"}}': "1x20",
        },
    ),
    Case(
        "MessagesParked",
        f'severity="ticket", {QUEUE % ".dlq"}',
        fires={f"queue_oldest_dead_letter_age_seconds{{{QUEUE % '.dlq'}}}": "0+60x20"},
        quiet={f"queue_oldest_dead_letter_age_seconds{{{QUEUE % '.dlq'}}}": "0x20"},
    ),
    Case(
        "MailNotAccepted",
        'severity="page"',
        fires={ATTEMPTS % "sent": "0+4x20", ATTEMPTS % "unreachable": "0+6x20"},
        quiet={ATTEMPTS % "sent": "0+6x20", ATTEMPTS % "undeliverable": "0+4x20"},
    ),
    Case(
        "DatabaseDown",
        f'severity="page", {ORDERS}',
        fires={f"pg_up{{{ORDERS}}}": "1x10 0x10"},
        quiet={f"pg_up{{{ORDERS}}}": "1x19 0"},
    ),
    Case(
        "BrokerDown",
        'severity="page", job="rabbitmq", service="rabbitmq"',
        fires={'up{job="rabbitmq", service="rabbitmq"}': "1x10 0x10"},
        quiet={'up{job="rabbitmq", service="rabbitmq"}': "1x18 0 0"},
    ),
    Case(
        "CacheDown",
        'severity="ticket", service="product-service"',
        fires={
            'cache_requests_total{service="product-service", outcome="away"}': "0+1x20"
        },
        quiet={
            'cache_requests_total{service="product-service", outcome="away"}': "7x20",
            'cache_requests_total{service="product-service", outcome="miss"}': "0+1x20",
        },
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_fires(case: Case, tmp_path: Path) -> None:
    at = "90m" if case.alert == "SigningKeyOld" else "20m"
    check(tmp_path, case.alert, case.fires, at, [case.labels])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_does_not_fire(case: Case, tmp_path: Path) -> None:
    at = "90m" if case.alert == "SigningKeyOld" else "20m"
    check(tmp_path, case.alert, case.quiet, at, [])


def test_each_alert_is_tried_out() -> None:
    by_budget = {name for name in ALERTS if name.startswith("ErrorBudget")}
    assert {case.alert for case in CASES} == ALERTS.keys() - by_budget
