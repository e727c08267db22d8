"""For each alert: measurements at which it fires, and nearly the same at which not."""

from dataclasses import dataclass

from observability.tests.rules import Series

ORDERS = 'service="order-service"'
PRODUCTS = 'service="product-service"'
WAITING = f'{ORDERS}, waiting_for="stock"'
SENDER = 'service="notification-service"'
GATEWAY = 'service="api-gateway"'
AT_GATEWAY = f'http_requests_total{{{GATEWAY}, status="%s"}}'
AT_ORDERS = f'http_requests_total{{{GATEWAY}, endpoint="/api/v1/orders", status="%s"}}'
LOG_INS = (
    f'http_requests_total{{{GATEWAY}, method="POST", endpoint="/api/v1/auth/login",'
    ' status="%s"}'
)
SESSIONS = (
    f'http_requests_total{{{GATEWAY}, method="POST", endpoint="/api/auth/session",'
    ' status="200"}'
)
LIMITED = f'rate_limited_requests_total{{{GATEWAY}, policy="anonymous"}}'
OPEN = 'peer="user-service", peer_breaker_state="open"'
REQUESTS = f'http_requests_total{{{ORDERS}, status="201"}}'
REJECTED = f'http_requests_rejected_total{{{ORDERS}, reason="queue"}}'
ATTEMPTS = f'notification_attempts_total{{{SENDER}, channel="email", outcome="%s"}}'
QUEUE = f'{SENDER}, queue="order_notifications%s"'
KEY = 'signing_key_age_seconds{service="user-service"}'
WORKER = 'worker="outbox-relay"'
MEMORY = 'process_resident_memory_bytes{job="services"'
BROKER = 'job="rabbitmq", service="rabbitmq"'
DAY = 86400


@dataclass(frozen=True)
class Case:
    """
    Attributes:
        labels: those of the one alert that fires.
        fires, quiet: what is measured when it does, and when it does not.
        not_yet, at: when what is wrong has gone on for too short, and for long enough.
    """

    alert: str
    labels: str
    fires: Series
    quiet: Series
    not_yet: str
    at: str = "20m"

    def __str__(self) -> str:
        return self.alert


def replicas(series: str, *values: str) -> Series:
    """Returns a series for each replica; `series` lacks its closing brace."""
    return {f'{series}, instance="{i}"}}': each for i, each in enumerate(values)}


def dependency(name: str) -> str:
    return f'dependency_up{{{ORDERS}, dependency="{name}"'


def disk(free: str) -> Series:
    return {
        f"disk_free_bytes{{{ORDERS}}}": free,
        f"disk_size_bytes{{{ORDERS}}}": "100e9x21",
    }


CASES = [
    Case(
        "ServiceDown",
        f'severity="page", job="services", {ORDERS}',
        fires={f'up{{job="services", {ORDERS}}}': "1x10 0x10"},
        quiet={f'up{{job="services", {ORDERS}}}': "1x19 0"},
        not_yet="11m",
    ),
    Case(
        "BreakerOpen",
        f'severity="page", {ORDERS}, peer="user-service"',
        fires=replicas(
            f"peer_breaker_state{{{ORDERS}, {OPEN}", "0x10 1 0 1 0 1 0 1 0 1 0", "0x20"
        ),
        quiet={f"peer_breaker_state{{{ORDERS}, {OPEN}}}": "0x16 1 0x3"},
        not_yet="12m",
    ),
    Case(
        "RequestsRejected",
        f'severity="page", {ORDERS}',
        fires={REQUESTS: "0+980x20", REJECTED: "0+20x20"},
        quiet={REQUESTS: "0+995x20", REJECTED: "0+5x20"},
        not_yet="5m",
    ),
    Case(
        "PoolExhausted",
        f'severity="page", {ORDERS}',
        fires=replicas(f"database_pool_waiting{{{ORDERS}", "0x10 3x10", "0x20"),
        quiet={f"database_pool_waiting{{{ORDERS}}}": "0x10 3 0 9 0 3 0 9 0 3 0"},
        not_yet="12m",
    ),
    Case(
        "WorkerStopped",
        f'severity="page", {ORDERS}, {WORKER}',
        fires=replicas(
            f"worker_overdue_seconds{{{ORDERS}, {WORKER}", "0+60x20", "0x20"
        ),
        quiet={f"worker_overdue_seconds{{{ORDERS}, {WORKER}}}": "45x20"},
        not_yet="1m",
    ),
    Case(
        "DiskFilling",
        f'severity="page", {ORDERS}',
        fires=disk(free="100e9-5e9x20"),
        quiet=disk(free="5e9x20"),
        not_yet="20m",
        at="21m",
    ),
    Case(
        "MemoryGrowing",
        f'severity="page", {ORDERS}',
        fires=replicas(f"{MEMORY}, {ORDERS}", "120e6+20e6x20", "120e6x20"),
        quiet=replicas(f"{MEMORY}, {ORDERS}", "280e6x20", "120e6x20"),
        not_yet="9m",
    ),
    Case(
        "ClockWrong",
        f'severity="page", {ORDERS}',
        fires={f"clock_seconds{{{ORDERS}}}": "6+60x20"},
        quiet=replicas(f"clock_seconds{{{ORDERS}", "4+60x20", "-4+60x20"),
        not_yet="0m",
    ),
    Case(
        "SigningKeyOld",
        'severity="ticket"',
        fires={KEY: f"{366 * DAY}x90"},
        quiet={KEY: f"{364 * DAY}x90"},
        not_yet="59m",
        at="90m",
    ),
    Case(
        "OrdersNotSettled",
        f'severity="page", {WAITING}',
        fires=replicas(
            f"orders_oldest_unsettled_age_seconds{{{WAITING}", "0+60x20", "0x20"
        ),
        quiet={f"orders_oldest_unsettled_age_seconds{{{WAITING}}}": "59x20"},
        not_yet="2m",
    ),
    Case(
        "EventsNotPublished",
        f'severity="page", {ORDERS}',
        fires=replicas(
            f"outbox_oldest_unpublished_age_seconds{{{ORDERS}", "0+60x20", "0x20"
        ),
        quiet={f"outbox_oldest_unpublished_age_seconds{{{ORDERS}}}": "45x20"},
        not_yet="1m",
    ),
    Case(
        "NotConsuming",
        f'severity="page", {QUEUE % ""}',
        fires=replicas(f"queue_consuming{{{QUEUE % ''}", "1x10 0x10", "1x10 0x10"),
        quiet=replicas(f"queue_consuming{{{QUEUE % ''}", "0x20", "1x20"),
        not_yet="10m",
    ),
    Case(
        "MessagesDeadLettered",
        f'severity="ticket", {QUEUE % ".dlq"}',
        fires=replicas(
            f"queue_oldest_dead_letter_age_seconds{{{QUEUE % '.dlq'}", "0+60x20", "0x20"
        ),
        quiet={f"queue_oldest_dead_letter_age_seconds{{{QUEUE % '.dlq'}}}": "0x20"},
        not_yet="1m",
    ),
    Case(
        "MailNotAccepted",
        'severity="page"',
        fires={ATTEMPTS % "sent": "0+4x20", ATTEMPTS % "unreachable": "0+6x20"},
        quiet={ATTEMPTS % "sent": "0+6x20", ATTEMPTS % "undeliverable": "0+4x20"},
        not_yet="5m",
    ),
    Case(
        "DatabaseDown",
        f'severity="page", {ORDERS}',
        fires={f"pg_up{{{ORDERS}}}": "1x10 0x10"},
        quiet={f"pg_up{{{ORDERS}}}": "1x19 0"},
        not_yet="11m",
    ),
    Case(
        "DatabaseDown",
        f'severity="page", {ORDERS}',
        fires=replicas(dependency("database"), "1x10 0x10", "1x20"),
        quiet=replicas(dependency("database"), "1x19 0", "1x20"),
        not_yet="11m",
    ),
    Case(
        "BrokerUnavailable",
        'severity="page"',
        fires=replicas(dependency("broker"), "1x10 0x10", "1x10 0x10"),
        quiet=replicas(dependency("broker"), "0x20", "1x20"),
        not_yet="11m",
    ),
    Case(
        "BrokerDown",
        'severity="page", job="rabbitmq", service="rabbitmq"',
        fires={'up{job="rabbitmq", service="rabbitmq"}': "1x10 0x10"},
        quiet={'up{job="rabbitmq", service="rabbitmq"}': "1x19 0"},
        not_yet="11m",
    ),
    Case(
        "BrokerBlocked",
        'severity="page", service="rabbitmq"',
        fires={
            f"rabbitmq_alarms_free_disk_space_watermark{{{BROKER}}}": "0x10 1x10",
            f"rabbitmq_alarms_memory_used_watermark{{{BROKER}}}": "0x20",
        },
        quiet={f"rabbitmq_alarms_memory_used_watermark{{{BROKER}}}": "0x10 1 0x9"},
        not_yet="11m",
    ),
    Case(
        "CacheDown",
        'severity="ticket", service="product-service"',
        fires={f'dependency_up{{{PRODUCTS}, dependency="redis"}}': "1x10 0x10"},
        quiet={f'dependency_up{{{PRODUCTS}, dependency="redis"}}': "1x19 0"},
        not_yet="11m",
    ),
    Case(
        "GatewayFailing",
        f'severity="page", {GATEWAY}',
        fires={AT_GATEWAY % "200": "0+94x20", AT_GATEWAY % "503": "0+6x20"},
        quiet={AT_GATEWAY % "200": "0+96x20", AT_GATEWAY % "502": "0+4x20"},
        not_yet="2m",
    ),
    Case(
        "TokensRejected",
        f'severity="page", {GATEWAY}',
        fires={
            AT_ORDERS % "401": "0+6x20",
            AT_ORDERS % "201": "0+4x20",
            LOG_INS % "200": "0+1x20",
        },
        quiet={
            AT_ORDERS % "401": "0+6x20",
            AT_ORDERS % "201": "0+4x20",
            LOG_INS % "401": "0+1x20",
        },
        not_yet="2m",
    ),
    Case(
        "TokensRejected",
        f'severity="page", {GATEWAY}',
        fires={AT_ORDERS % "401": "0+9x20", SESSIONS: "0+1x20"},
        quiet={
            AT_ORDERS % "401": "0+4x20",
            AT_ORDERS % "201": "0+6x20",
            SESSIONS: "0+1x20",
        },
        not_yet="2m",
    ),
    Case(
        "RequestsLimited",
        f'severity="ticket", {GATEWAY}, policy="anonymous"',
        fires={AT_GATEWAY % "429": "0+100x20", LIMITED: "0+6x20"},
        quiet={AT_GATEWAY % "429": "0+100x20", LIMITED: "0+4x20"},
        not_yet="5m",
    ),
    Case(
        "LimitsNotShared",
        f'severity="ticket", {GATEWAY}',
        fires=replicas(f"rate_limits_shared{{{GATEWAY}", "1x10 0x10", "1x20"),
        quiet={f"rate_limits_shared{{{GATEWAY}}}": "1x15 0x4"},
        not_yet="15m",
    ),
]
