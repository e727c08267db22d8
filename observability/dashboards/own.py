"""The panels that only one service has."""

from observability.dashboards.panels import graph
from observability.dashboards.promql import quantile, rate, share

LOGINS = 'http_requests_total{service="user-service", endpoint="/login"}'
RESPONDED = 'cache_requests_total{outcome=~"hit|miss"}'

CACHE_HITS = graph(
    "Cache hits",
    "percentunit",
    "The share of reads that Redis could answer.",
    {
        "{{cache}}": share(
            rate('cache_requests_total{outcome="hit"}', "cache"),
            rate(RESPONDED, "cache"),
        )
    },
)
OUTCOMES = graph(
    "Placing orders",
    "ops",
    "How the saga ends: confirmed; promised, to settle later; rejected, for example for"
    " too little stock; cancelled by its customer; withdrawn, because product-service"
    " failed; failed, because of a bug.",
    {"{{outcome}}": rate("order_saga_duration_seconds_count", "outcome")},
)
SAGA_DURATION = graph(
    "Placing orders, 95 %",
    "s",
    "From storing the order to its outcome. The response is due within 3 s.",
    {"{{outcome}}": quantile(0.95, "order_saga_duration_seconds", by="outcome")},
)
ORDERS = graph(
    "Orders",
    "ops",
    "Orders that reach a status.",
    {"{{status}}": rate("orders_total", "status")},
)
ATTEMPTS = graph(
    "Attempts",
    "ops",
    "Attempts to send a notification, by outcome.",
    {
        "{{channel}}, {{outcome}}": rate(
            "notification_attempts_total", "channel, outcome"
        )
    },
)
DELAY = graph(
    "Delay, 95 %",
    "s",
    "From the event to the notification, which is due within 10 s.",
    {"{{channel}}": quantile(0.95, "notification_delay_seconds", by="channel")},
)

OWN = {
    "user-service": (
        graph(
            "Log-ins",
            "reqps",
            "200: success; 401: wrong password or user; 429: too many failures.",
            {"{{status}}": rate(LOGINS, "status")},
        ),
        graph(
            "New accounts",
            "ops",
            "New accounts by role.",
            {"{{role}}": rate("user_registrations_total", "role")},
        ),
        graph(
            "Age of the signing key",
            "s",
            "Rotate the key once a year; see docs/runbooks/signing-keys.md.",
            {"age": "max(signing_key_age_seconds)"},
        ),
    ),
    "product-service": (
        graph(
            "Cache",
            "ops",
            "Reads by outcome. Copy: from memory, without Redis;"
            " unavailable: Redis did not respond.",
            {"{{cache}}, {{outcome}}": rate("cache_requests_total", "cache, outcome")},
        ),
        CACHE_HITS,
        graph(
            "Low stock",
            "ops",
            "Products whose stock falls to the threshold; their owners are notified.",
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
            "Processed events, and duplicates, which are ignored.",
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
    "api-gateway": (
        graph(
            "Failed requests",
            "percentunit",
            "The share of responses that are 5xx. Above 5 % alert GatewayFailing fires;"
            " see docs/runbooks/gateway.md.",
            {
                "5xx": share(
                    rate('http_requests_total{service="api-gateway", status=~"5.."}'),
                    rate('http_requests_total{service="api-gateway"}'),
                )
            },
        ),
        graph(
            "Limited requests",
            "reqps",
            "Requests per second that got 429, by the class of their caller.",
            {"{{policy}}": rate("rate_limited_requests_total", "policy")},
        ),
        graph(
            "Limits shared",
            "none",
            "0 while a replica counts requests for itself, because it cannot count them"
            " in Redis; see docs/runbooks/hanging.md.",
            {"{{instance}}": "rate_limits_shared"},
        ),
    ),
}
