from observability.dashboards.panels import Dashboard, Row, graph, number, table
from observability.dashboards.promql import or_zero, quantile, rate, share

BAD = 'http_requests_total{status=~"5.."}'

OVERVIEW = Dashboard(
    uid="overview",
    title="Overview",
    description="Is everything healthy? If not, what is not?",
    rows=(
        Row(
            "Right now",
            (
                number(
                    "Services up",
                    "none",
                    "Replicas of services that respond: five if each service has one.",
                    'sum(up{job="services"})',
                ),
                number(
                    "Requests",
                    "reqps",
                    "Requests per second, over all services. A request by way of the"
                    " gateway counts there, too.",
                    rate("http_requests_total"),
                ),
                number(
                    "Errors",
                    "percentunit",
                    "The share of responses that are 5xx.",
                    share(rate(BAD), rate("http_requests_total")),
                ),
                number(
                    "Oldest unpublished event",
                    "s",
                    "The time since the oldest unpublished event was stored. More than"
                    " a few seconds: customers are not notified.",
                    "max(outbox_oldest_unpublished_age_seconds)",
                ),
                number(
                    "Dead letters",
                    "none",
                    "Messages that could not be processed; `make dlq` lists them.",
                    'sum(max by (queue) (queue_messages{queue=~".*dlq"}))',
                ),
                number(
                    "Open breakers",
                    "none",
                    "Services whose circuit breaker for another service is open.",
                    'sum(peer_breaker_state{peer_breaker_state="open"})',
                ),
                number(
                    "Late workers",
                    "none",
                    "Background work that is late by more than 10 s.",
                    or_zero("count(worker_overdue_seconds > 10)"),
                ),
                number(
                    "Alerts",
                    "none",
                    "Firing alerts.",
                    or_zero('count(ALERTS{alertstate="firing"})'),
                ),
            ),
        ),
        Row(
            "Firing alerts",
            (
                table(
                    "Firing alerts",
                    "none",
                    "Each alert names its page in docs/runbooks. Empty if no alert"
                    " fires.",
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
                    "Requests per second.",
                    {"{{service}}": rate("http_requests_total", "service")},
                ),
                graph(
                    "Errors",
                    "percentunit",
                    "The share of responses that are 5xx.",
                    {
                        "{{service}}": share(
                            rate(BAD, "service"), rate("http_requests_total", "service")
                        )
                    },
                ),
                graph(
                    "Duration, 95 %",
                    "s",
                    "95 of 100 requests are faster. Each dot is one request: click it"
                    " to see its trace.",
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
                    "Requests in progress, including streams.",
                    {"{{service}}": "sum by (service) (http_requests_in_flight)"},
                ),
                graph(
                    "Rejected",
                    "reqps",
                    "Requests that got 503 at once because there were too many."
                    " Normally there are none.",
                    {"{{service}}": rate("http_requests_rejected_total", "service")},
                ),
                graph(
                    "CPU",
                    "percentunit",
                    "Share of one core, which is the most that a process can use.",
                    {
                        "{{service}}": rate(
                            'process_cpu_seconds_total{job="services"}', "service"
                        )
                    },
                ),
                graph(
                    "Free disk space",
                    "percentunit",
                    "Share of the disk. Below 5 % an alert fires.",
                    {
                        "{{service}}": "min by (service)"
                        " (disk_free_bytes / disk_size_bytes)"
                    },
                ),
                graph(
                    "Clocks",
                    "s",
                    "How much the clock of each service differs from that of"
                    " Prometheus. Above 5 s an alert fires.",
                    {
                        "{{service}}": "max by (service)"
                        " (clock_seconds - timestamp(clock_seconds))"
                    },
                ),
                graph(
                    "Memory",
                    "bytes",
                    "Memory of the process. In containers the limit is 384 MiB.",
                    {
                        "{{service}}": "sum by (service)"
                        ' (process_resident_memory_bytes{job="services"})'
                    },
                ),
            ),
        ),
    ),
)
