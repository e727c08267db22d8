"""What only one service has."""

from observability.dashboards.panels import graph
from observability.dashboards.promql import quantile, rate, share

LOGINS = 'http_requests_total{service="user-service", endpoint="/login"}'
ASKED = 'cache_requests_total{outcome!="away"}'

CACHE_HITS = graph(
    "Cache hits",
    "percentunit",
    "Of what Redis was asked for, what it had.",
    {
        "{{cache}}": share(
            rate('cache_requests_total{outcome="hit"}', "cache"),
            rate(ASKED, "cache"),
        )
    },
)
OUTCOMES = graph(
    "Placing orders",
    "ops",
    "How it ends: confirmed; promised, to settle later; rejected for what it asks"
    " for; cancelled meanwhile; withdrawn, because product-service failed; failed by a"
    " mistake of ours.",
    {"{{outcome}}": rate("order_saga_duration_seconds_count", "outcome")},
)
SAGA_DURATION = graph(
    "Placing orders, 95 %",
    "s",
    "From the order's record to its outcome. The answer is due in 3 s.",
    {"{{outcome}}": quantile(0.95, "order_saga_duration_seconds", by="outcome")},
)
ORDERS = graph(
    "Orders",
    "ops",
    "Orders that come to a status.",
    {"{{status}}": rate("orders_total", "status")},
)
ATTEMPTS = graph(
    "Attempts",
    "ops",
    "To send a notification, and what came of them.",
    {
        "{{channel}}, {{outcome}}": rate(
            "notification_attempts_total", "channel, outcome"
        )
    },
)
DELAY = graph(
    "Delay, 95 %",
    "s",
    "From the event to the notification. Due in 10 s.",
    {"{{channel}}": quantile(0.95, "notification_delay_seconds", by="channel")},
)

OWN = {
    "user-service": (
        graph(
            "Log-ins",
            "reqps",
            "200: in; 401: not so; 429: after too many that were not so.",
            {"{{status}}": rate(LOGINS, "status")},
        ),
        graph(
            "New accounts",
            "ops",
            "Accounts made, by role.",
            {"{{role}}": rate("user_registrations_total", "role")},
        ),
        graph(
            "Age of the signing key",
            "s",
            "Changed once a year; see docs/runbooks/signing-keys.md.",
            {"age": "max(signing_key_age_seconds)"},
        ),
    ),
    "product-service": (
        graph(
            "Cache",
            "ops",
            "Times that Redis was asked, and what it said; away: it did not answer.",
            {"{{cache}}, {{outcome}}": rate("cache_requests_total", "cache, outcome")},
        ),
        CACHE_HITS,
        graph(
            "Running low",
            "ops",
            "Products that fall to their threshold; their owners are notified.",
            {"products": rate("inventory_low_total")},
        ),
    ),
    "order-service": (
        OUTCOMES,
        SAGA_DURATION,
        ORDERS,
    ),
    "notification-service": (
        graph(
            "Events received",
            "ops",
            "Taken, or duplicates, which have no effect.",
            {
                "{{event_type}}, {{outcome}}": rate(
                    'inbox_events_total{service="notification-service"}',
                    "event_type, outcome",
                )
            },
        ),
        ATTEMPTS,
        DELAY,
    ),
}
