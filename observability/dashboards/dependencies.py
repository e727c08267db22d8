"""The row of panels about the database, peers and queues that a service needs."""

from observability.dashboards.panels import Panel, Row, graph
from observability.dashboards.promql import rate
from tools.local.ports import GATEWAY, SERVICE_PORTS

VALIDATORS = ("product-service", "order-service", "notification-service")
CALLERS = (*VALIDATORS, GATEWAY)
PUBLISHERS = ("user-service", "product-service", "order-service")
CONSUMERS = ("order-service", "notification-service")


def dependencies(service: str) -> Row:
    own = f'service="{service}"'
    panels = [_answering(own)]
    # The gateway has no database.
    if service in SERVICE_PORTS:
        panels.append(_pool(own))
    panels.append(_rejected(own))
    if service in CALLERS:
        panels.append(_breakers(own))
    if service in VALIDATORS:
        panels.append(_tokens(own))
    if service in PUBLISHERS:
        panels.append(_outbox(own))
    if service in CONSUMERS:
        panels.append(_queues(own))
    return Row("Dependencies", tuple(panels))


def _answering(own: str) -> Panel:
    return graph(
        "Answering",
        "none",
        "0 while the dependency does not answer the checks of /health.",
        {"{{dependency}}": f"min by (dependency) (dependency_up{{{own}}})"},
    )


def _pool(own: str) -> Panel:
    return graph(
        "Database connections",
        "none",
        "If all are in use and requests wait, responses are slow, and some are 503.",
        {
            "in use": f"sum(database_pool_connections_in_use{{{own}}})",
            "maximum": f"sum(database_pool_connections_max{{{own}}})",
            "waiting": f"sum(database_pool_waiting{{{own}}})",
        },
    )


def _rejected(own: str) -> Panel:
    return graph(
        "In flight and rejected",
        "none",
        "Requests in progress, and requests per second that got 503 at once.",
        {
            "in flight": f"sum(http_requests_in_flight{{{own}}})",
            "rejected": rate(f"http_requests_rejected_total{{{own}}}"),
        },
    )


def _breakers(own: str) -> Panel:
    is_open = f'peer_breaker_state{{{own}, peer_breaker_state="open"}}'
    return graph(
        "Open circuit breakers",
        "none",
        "1 while this service does not call the peer, which has failed or hangs.",
        {"{{peer}}": f"max by (peer) ({is_open})"},
    )


def _tokens(own: str) -> Panel:
    return graph(
        "Access tokens",
        "ops",
        "A hit is remembered for less than 1 s; a miss is validated by user-service.",
        {"{{outcome}}": rate(f"token_cache_requests_total{{{own}}}", "outcome")},
    )


def _outbox(own: str) -> Panel:
    return graph(
        "Oldest unpublished event",
        "s",
        "Grows while no event is sent; see docs/runbooks/outbox.md.",
        {"age": f"max(outbox_oldest_unpublished_age_seconds{{{own}}})"},
    )


def _queues(own: str) -> Panel:
    return graph(
        "Messages",
        "none",
        "Messages that wait in its queues; a queue that ends in .dlq has dead letters.",
        {"{{queue}}": f"max by (queue) (queue_messages{{{own}}})"},
    )
