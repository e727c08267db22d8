from observability.dashboards.panels import Dashboard, Row, graph, numbers

LEFT = (
    "1 - avg_over_time(slo:bad:rate5m[30d])"
    " / on(slo) avg_over_time(slo:total:rate5m[30d])"
    " / on(slo) group_left(promise) slo:budget"
)

SLOS = Dashboard(
    uid="slos",
    title="Service level objectives",
    description="Are the objectives of docs/SLO.md met?",
    rows=(
        Row(
            "Budget",
            (
                numbers(
                    "Error budget left",
                    "percentunit",
                    "The unspent share of 30 days. Below 0, the objective is missed.",
                    {"{{promise}}": LEFT},
                ),
            ),
        ),
        Row(
            "Burn rate",
            (
                graph(
                    "Burn, 5 minutes",
                    "none",
                    "At 1, the budget lasts 30 days. At 14.4 here and in the next"
                    " graph, an alert fires.",
                    {"{{slo}}": "slo:burn:5m"},
                ),
                graph(
                    "Burn, 1 hour",
                    "none",
                    "At 14.4, 2 % of the budget is spent in an hour.",
                    {"{{slo}}": "slo:burn:1h"},
                ),
                graph(
                    "Burn, 6 hours",
                    "none",
                    "At 6, 5 % of the budget is spent in six hours.",
                    {"{{slo}}": "slo:burn:6h"},
                ),
            ),
        ),
        Row(
            "Counts",
            (
                graph(
                    "All",
                    "ops",
                    "The requests, or notifications, of each objective.",
                    {"{{slo}}": "slo:total:rate5m"},
                ),
                graph(
                    "Bad",
                    "ops",
                    "Those that missed the objective.",
                    {"{{slo}}": "slo:bad:rate5m"},
                ),
            ),
        ),
    ),
)
