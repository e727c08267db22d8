"""One dashboard for each service: common panels, and panels of its own."""

from observability.dashboards.dependencies import dependencies
from observability.dashboards.own import OWN
from observability.dashboards.panels import Dashboard, Row, graph, logs
from observability.dashboards.promql import quantile, rate

WORTH_READING = '{service="%s"} |~ `"level": "(warning|error|critical)"`'


def _dashboard(service: str) -> Dashboard:
    return Dashboard(
        uid=service,
        title=service,
        description="How does it respond, what does it wait for, what does it log?",
        rows=(
            _requests(f'service="{service}"'),
            dependencies(service),
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
                "Background work",
                "s",
                "By how much the next successful step of a worker is late.",
                {"{{worker}}": f"max by (worker) (worker_overdue_seconds{{{own}}})"},
            ),
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
