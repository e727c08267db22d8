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
            "An order is placed",
            (
                OUTCOMES,
                SAGA_DURATION,
                ORDERS,
                graph(
                    "Unsettled orders",
                    "none",
                    "Wait for their confirmation, or for their stock to be released or"
                    " committed.",
                    {
                        "{{waiting_for}}": "max by (waiting_for) (orders_unsettled)",
                    },
                ),
                graph(
                    "Oldest unsettled order",
                    "s",
                    "Grows while it is not settled; see"
                    " docs/runbooks/orders-unsettled.md.",
                    {
                        "{{waiting_for}}": "max by (waiting_for)"
                        " (orders_oldest_unsettled_age_seconds)"
                    },
                ),
            ),
        ),
        Row(
            "Its stock is reserved",
            (
                graph(
                    "Reservations",
                    "reqps",
                    "What order-service asks product-service for, and what it is told."
                    " 409: there is not enough.",
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
                    "Of reserving, committing and releasing. Dots lead to traces.",
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
                    "1 while a service does not call another, which has failed.",
                    {
                        "{{service}} to {{peer}}": "max by (service, peer)"
                        ' (peer_breaker_state{peer_breaker_state="open"})'
                    },
                ),
            ),
        ),
        Row(
            "Its event is sent",
            (
                graph(
                    "Unsent events",
                    "none",
                    "Stored with what they tell of, and not yet confirmed by RabbitMQ.",
                    {"{{service}}": "max by (service) (outbox_unsent_messages)"},
                ),
                graph(
                    "Oldest unsent event",
                    "s",
                    "Grows while nothing is sent; see docs/runbooks/outbox.md.",
                    {
                        "{{service}}": "max by (service)"
                        " (outbox_oldest_unsent_age_seconds)"
                    },
                ),
            ),
        ),
        Row(
            "It is received",
            (
                graph(
                    "Messages in queues",
                    "none",
                    "Those that wait, and in a queue that ends in .dlq those parked.",
                    {"{{queue}}": "max by (queue) (queue_messages)"},
                ),
                graph(
                    "Consumers",
                    "none",
                    "Replicas that take from the queue. 0: nobody does.",
                    {"{{queue}}": "sum by (queue) (queue_consuming)"},
                ),
                graph(
                    "Oldest parked message",
                    "s",
                    "After 14 days it is gone; see docs/runbooks/dead-letters.md.",
                    {
                        "{{queue}}": "max by (queue)"
                        " (queue_oldest_dead_letter_age_seconds)"
                    },
                ),
                graph(
                    "Events received",
                    "ops",
                    "Taken, or duplicates, which have no effect.",
                    {
                        "{{event_type}}, {{outcome}}": rate(
                            "inbox_events_total", "event_type, outcome"
                        )
                    },
                ),
            ),
        ),
        Row(
            "The customer is notified",
            (
                ATTEMPTS,
                DELAY,
            ),
        ),
    ),
)
