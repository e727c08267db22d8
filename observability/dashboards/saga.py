from observability.dashboards.own import (
    ATTEMPTS,
    DELAY,
    ORDERS,
    OUTCOMES,
    SAGA_DURATION,
)
from observability.dashboards.panels import Dashboard, Row, graph
from observability.dashboards.promql import quantile, rate

RESERVATIONS = 'service="product-service", endpoint=~"/reservations.*"'

SAGA = Dashboard(
    uid="saga",
    title="Saga and messaging",
    description="From an order to the customer's notification: each step, and its lag.",
    rows=(
        Row(
            "Orders",
            (
                OUTCOMES,
                SAGA_DURATION,
                ORDERS,
                graph(
                    "Unsettled orders",
                    "none",
                    "Orders that wait for their confirmation, or for the release or"
                    " commit of their stock.",
                    {
                        "{{waiting_for}}": "max by (waiting_for) (orders_unsettled)",
                    },
                ),
                graph(
                    "Oldest unsettled order",
                    "s",
                    "Grows while an order is not settled; see"
                    " docs/runbooks/orders-unsettled.md.",
                    {
                        "{{waiting_for}}": "max by (waiting_for)"
                        " (orders_oldest_unsettled_age_seconds)"
                    },
                ),
            ),
        ),
        Row(
            "Stock",
            (
                graph(
                    "Reservations",
                    "reqps",
                    "Requests of order-service to product-service, by status. 409: too"
                    " little stock.",
                    {
                        "{{method}} {{endpoint}} {{status}}": rate(
                            f"http_requests_total{{{RESERVATIONS}}}",
                            "method, endpoint, status",
                        )
                    },
                ),
                graph(
                    "Duration, 95 %",
                    "s",
                    "95 of 100 calls are faster. Each dot opens a trace.",
                    {
                        "{{method}} {{endpoint}}": quantile(
                            0.95,
                            "http_request_duration_seconds",
                            RESERVATIONS,
                            "method, endpoint",
                        )
                    },
                    exemplars=True,
                ),
                graph(
                    "Breakers",
                    "none",
                    "1 while a service does not call its peer, which has failed.",
                    {
                        "{{service}} to {{peer}}": "max by (service, peer)"
                        ' (peer_breaker_state{peer_breaker_state="open"})'
                    },
                ),
            ),
        ),
        Row(
            "Events",
            (
                graph(
                    "Unpublished events",
                    "none",
                    "Events that RabbitMQ has not confirmed yet.",
                    {"{{service}}": "max by (service) (outbox_unpublished_events)"},
                ),
                graph(
                    "Oldest unpublished event",
                    "s",
                    "Grows while no event is sent; see docs/runbooks/outbox.md.",
                    {
                        "{{service}}": "max by (service)"
                        " (outbox_oldest_unpublished_age_seconds)"
                    },
                ),
            ),
        ),
        Row(
            "Queues",
            (
                graph(
                    "Messages in queues",
                    "none",
                    "Waiting messages; a queue that ends in .dlq has dead letters.",
                    {"{{queue}}": "max by (queue) (queue_messages)"},
                ),
                graph(
                    "Consumers",
                    "none",
                    "Replicas that consume the queue. 0: no replica does.",
                    {"{{queue}}": "sum by (queue) (queue_consuming)"},
                ),
                graph(
                    "Oldest dead letter",
                    "s",
                    "Deleted after 14 days; see docs/runbooks/dead-letters.md.",
                    {
                        "{{queue}}": "max by (queue)"
                        " (queue_oldest_dead_letter_age_seconds)"
                    },
                ),
                graph(
                    "Events received",
                    "ops",
                    "Processed events, and duplicates, which are ignored.",
                    {
                        "{{event_type}}, {{outcome}}": rate(
                            "inbox_events_total", "event_type, outcome"
                        )
                    },
                ),
            ),
        ),
        Row(
            "Notifications",
            (
                ATTEMPTS,
                DELAY,
            ),
        ),
    ),
)
