"""One dashboard for each service: what all have in common, and what it alone has."""

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
        description="How it answers, what it waits for, and what it says.",
        rows=(
            _requests(f'service="{service}"'),
            _dependencies(service),
            Row("What it is for", OWN[service]),
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
                "Requests answered a second.",
                {"{{status}}": rate(f"http_requests_total{{{own}}}", "status")},
            ),
            graph(
                "By route",
                "reqps",
                "Requests answered a second.",
                {
                    "{{method}} {{endpoint}}": rate(
                        f"http_requests_total{{{own}}}", "method, endpoint"
                    )
                },
            ),
            graph(
                "Duration",
                "s",
                "So many of 100 requests are answered faster. Dots are single"
                " requests: click one, and see its trace.",
                {
                    f"{of:.0%}": quantile(of, "http_request_duration_seconds", own)
                    for of in (0.5, 0.95, 0.99)
                },
                exemplars=True,
            ),
            graph(
                "Duration by route, 95 %",
                "s",
                "Where the time goes.",
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
    panels = [_pool(own), _turned_away(own)]
    if service in CALLERS:
        panels += [_breakers(own), _tokens(own)]
    if service in PUBLISHERS:
        panels.append(_outbox(own))
    if service in CONSUMERS:
        panels.append(_queues(own))
    return Row("What it waits for", tuple(panels))


def _pool(own: str) -> Panel:
    return graph(
        "Database connections",
        "none",
        "All in use and somebody waiting: requests take longer, and some get 503.",
        {
            "in use": f"sum(database_pool_connections_in_use{{{own}}})",
            "at most": f"sum(database_pool_connections_max{{{own}}})",
            "waiting": f"sum(database_pool_waiting{{{own}}})",
        },
    )


def _turned_away(own: str) -> Panel:
    return graph(
        "In flight, and turned away",
        "none",
        "Requests being answered now, and a second those answered 503 at once.",
        {
            "in flight": f"sum(http_requests_in_flight{{{own}}})",
            "turned away": rate(f"http_requests_turned_away_total{{{own}}}"),
        },
    )


def _breakers(own: str) -> Panel:
    is_open = f'peer_breaker_state{{{own}, peer_breaker_state="open"}}'
    return graph(
        "Peers given up",
        "none",
        "1 while it does not call the other service, which has failed or hangs.",
        {"{{peer}}": f"max by (peer) ({is_open})"},
    )


def _tokens(own: str) -> Panel:
    return graph(
        "Access tokens",
        "ops",
        "A hit is remembered for less than a second; for a miss user-service is asked.",
        {"{{outcome}}": rate(f"token_cache_requests_total{{{own}}}", "outcome")},
    )


def _outbox(own: str) -> Panel:
    return graph(
        "Oldest unsent event",
        "s",
        "Grows for as long as nothing is sent; see docs/runbooks/outbox.md.",
        {"age": f"max(outbox_oldest_unsent_age_seconds{{{own}}})"},
    )


def _queues(own: str) -> Panel:
    return graph(
        "Messages",
        "none",
        "That wait for it; in a queue that ends in .dlq they are parked.",
        {"{{queue}}": f"max by (queue) (queue_messages{{{own}}})"},
    )


def _logs(service: str) -> Row:
    return Row(
        "What it says",
        (
            logs(
                "Warnings and errors",
                "With the file they come from (logger) and, of errors, the lines of"
                " code. trace_id leads to the trace, request_id to the other lines of"
                " the request.",
                WORTH_READING % service,
            ),
            logs("All of it", "Each request has a line.", f'{{service="{service}"}}'),
        ),
    )


def _process(own: str) -> Row:
    return Row(
        "Process",
        (
            graph(
                "CPU",
                "percentunit",
                "Of one core. It has one process, which cannot have more.",
                {
                    "{{instance}}": rate(
                        f"process_cpu_seconds_total{{{own}}}", "instance"
                    )
                },
            ),
            graph(
                "Memory",
                "bytes",
                "In containers it may have 384 MiB.",
                {"{{instance}}": f"process_resident_memory_bytes{{{own}}}"},
            ),
            graph(
                "Open files",
                "none",
                "Connections among them. What only ever grows is a leak.",
                {"{{instance}}": f"process_open_fds{{{own}}}"},
            ),
            graph(
                "Up for",
                "s",
                "Since it was last started.",
                {"{{instance}}": f"time() - process_start_time_seconds{{{own}}}"},
            ),
        ),
    )


SERVICE_DASHBOARDS = tuple(_dashboard(service) for service in OWN)
