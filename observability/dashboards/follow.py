from observability.dashboards.panels import Dashboard, Row, logs

FOLLOW = Dashboard(
    uid="follow",
    title="Follow a request",
    description="All log lines of one request, in all services.",
    asks_for={"request_id": ""},
    rows=(
        Row(
            "Log",
            (
                logs(
                    "All lines of the request",
                    "Enter the X-Request-ID of a response above. The trace_id of a line"
                    " opens the trace, with each call, query and message.",
                    '{service=~".+-service"} |= `"request_id": "$request_id"`',
                ),
            ),
        ),
    ),
)
