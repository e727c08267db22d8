from observability.dashboards.panels import Dashboard, Row, logs

FOLLOW = Dashboard(
    uid="follow",
    title="Follow a request",
    description="What one request has set going, in all services.",
    asks_for={"request_id": ""},
    rows=(
        Row(
            "Its way",
            (
                logs(
                    "All that was logged for it",
                    "Give the X-Request-ID of an answer above. A line's trace_id leads"
                    " to the trace, with each call, query and message in it.",
                    '{service=~".+-service"} |= `"request_id": "$request_id"`',
                ),
            ),
        ),
    ),
)
