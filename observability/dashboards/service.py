"""One dashboard for each service: common panels, and panels of its own."""

from observability.dashboards.own import OWN
from observability.dashboards.panels import Dashboard, Panel, Row, graph, logs
from observability.dashboards.promql import quantile, rate

CALLERS = ("product-service", "order-service", "notification-service")
PUBLISHERS = ("user-service", "product-service", "order-service")
CONSUMERS = ("order-service", "notification-service")

WORTH_READING = '{service="%s"} |~ `"level": "(warning|error|critical)"`'


def _dashboard(service: str) -> Dashboard:
    return Dashboard(
        uid=service,
        title=service,
        description="How does it respond, what does it wait for, what does it log?",
        rows=(
            _requests(f'service="{service}"'),
            _dependencies(service),
            Row("Its own work", OWN[service]),
            _logs(service),
            _process(f'service="{service}", job="services"'),
        ),
    )


def _requests(own: str) -> Row:
    return Row(
        "Requests",
        (
            graph(
                "By status",
                "reqps",
                "Requests per second.",
                {"{{status}}": rate(f"http_requests_total{{{own}}}", "status")},
            ),
            graph(
                "By route",
                "reqps",
                "Requests per second.",
                {
                    "{{method}} {{endpoint}}": rate(
                        f"http_requests_total{{{own}}}", "method, endpoint"
                    )
                },
            ),
            graph(
                "Duration",
                "s",
                "50, 95 or 99 of 100 requests are faster. Each dot is one request:"
                " click it to see its trace.",
                {
                    f"{of:.0%}": quantile(of, "http_request_duration_seconds", own)
                    for of in (0.5, 0.95, 0.99)
                },
                exemplars=True,
            ),
            graph(
                "Duration by route, 95 %",
                "s",
                "95 of 100 requests to the route are faster.",
                {
                    "{{method}} {{endpoint}}": quantile(
                        0.95, "http_request_duration_seconds", own, "method, endpoint"
                    )
                },
            ),
        ),
    )


def _dependencies(service: str) -> Row:
    own = f'service="{service}"'
    panels = [_pool(own), _rejected(own)]
    if service in CALLERS:
        panels += [_breakers(own), _tokens(own)]
    if service in PUBLISHERS:
        panels.append(_outbox(own))
    if service in CONSUMERS:
        panels.append(_queues(own))
    return Row("Dependencies", tuple(panels))


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


def _logs(service: str) -> Row:
    return Row(
        "Logs",
        (
            logs(
                "Warnings and errors",
                "logger names the module, and exception the lines of code. trace_id"
                " opens the trace, request_id the other lines of the request.",
                WORTH_READING % service,
            ),
            logs("All lines", "Each request has one line.", f'{{service="{service}"}}'),
        ),
    )


def _process(own: str) -> Row:
    return Row(
        "Process",
        (
            graph(
                "CPU",
                "percentunit",
                "Share of one core. The process cannot use more than one.",
                {
                    "{{instance}}": rate(
                        f"process_cpu_seconds_total{{{own}}}", "instance"
                    )
                },
            ),
            graph(
                "Memory",
                "bytes",
                "In containers the limit is 384 MiB.",
                {"{{instance}}": f"process_resident_memory_bytes{{{own}}}"},
            ),
            graph(
                "Open files",
                "none",
                "Files and connections. A number that only grows is a leak.",
                {"{{instance}}": f"process_open_fds{{{own}}}"},
            ),
            graph(
                "Up for",
                "s",
                "Time since the last start.",
                {"{{instance}}": f"time() - process_start_time_seconds{{{own}}}"},
            ),
        ),
    )


SERVICE_DASHBOARDS = tuple(_dashboard(service) for service in OWN)
