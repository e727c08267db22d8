from observability.dashboards.panels import Dashboard, Row, graph, number, table
from observability.dashboards.promql import or_zero, quantile, rate, share

BAD = 'http_requests_total{status=~"5.."}'

OVERVIEW = Dashboard(
    uid="overview",
    title="Overview",
    description="Whether all is well, and where to look if not.",
    rows=(
        Row(
            "Right now",
            (
                number(
                    "Services up",
                    "none",
                    "Replicas of services that answer. Four, if each has one.",
                    'sum(up{job="services"})',
                ),
                number(
                    "Requests",
                    "reqps",
                    "Requests that are answered a second, by all services together.",
                    rate("http_requests_total"),
                ),
                number(
                    "Errors",
                    "percentunit",
                    "The share of answers that are 5xx: our fault, not the client's.",
                    share(rate(BAD), rate("http_requests_total")),
                ),
                number(
                    "Oldest unsent event",
                    "s",
                    "For how long an event has been stored and not sent. More than a"
                    " few seconds: customers are not notified.",
                    "max(outbox_oldest_unsent_age_seconds)",
                ),
                number(
                    "Parked messages",
                    "none",
                    "Messages that could not be handled; `make dlq` shows them.",
                    'sum(max by (queue) (queue_messages{queue=~".*dlq"}))',
                ),
                number(
                    "Open breakers",
                    "none",
                    "Services whose circuit breaker for another service is open.",
                    'sum(peer_breaker_state{peer_breaker_state="open"})',
                ),
                number(
                    "Alerts",
                    "none",
                    "Alerts that fire.",
                    or_zero('count(ALERTS{alertstate="firing"})'),
                ),
            ),
        ),
        Row(
            "What fires",
            (
                table(
                    "Alerts that fire",
                    "none",
                    "Each has a page in docs/runbooks, which the alert names. Empty if"
                    " all is well.",
                    "max by (alertname, severity, service, slo)"
                    ' (ALERTS{alertstate="firing"})',
                ),
            ),
        ),
        Row(
            "Services",
            (
                graph(
                    "Requests",
                    "reqps",
                    "Requests answered a second.",
                    {"{{service}}": rate("http_requests_total", "service")},
                ),
                graph(
                    "Errors",
                    "percentunit",
                    "The share of answers that are 5xx.",
                    {
                        "{{service}}": share(
                            rate(BAD, "service"), rate("http_requests_total", "service")
                        )
                    },
                ),
                graph(
                    "Duration, 95 %",
                    "s",
                    "95 of 100 requests are answered faster. Dots are single requests:"
                    " click one, and see its trace.",
                    {
                        "{{service}}": quantile(
                            0.95, "http_request_duration_seconds", by="service"
                        )
                    },
                    exemplars=True,
                ),
            ),
        ),
        Row(
            "Load",
            (
                graph(
                    "In flight",
                    "none",
                    "Requests that are being answered, streams included.",
                    {"{{service}}": "sum by (service) (http_requests_in_flight)"},
                ),
                graph(
                    "Turned away",
                    "reqps",
                    "Requests answered 503 at once, as there were too many. None is"
                    " as it should be.",
                    {"{{service}}": rate("http_requests_turned_away_total", "service")},
                ),
                graph(
                    "CPU",
                    "percentunit",
                    "Of one core. A service has one process, which cannot have more.",
                    {
                        "{{service}}": rate(
                            'process_cpu_seconds_total{job="services"}', "service"
                        )
                    },
                ),
                graph(
                    "Memory",
                    "bytes",
                    "What the process holds. In containers it may have 384 MiB.",
                    {
                        "{{service}}": "sum by (service)"
                        ' (process_resident_memory_bytes{job="services"})'
                    },
                ),
            ),
        ),
    ),
)
