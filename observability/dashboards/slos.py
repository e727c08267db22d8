from observability.dashboards.panels import Dashboard, Row, graph, numbers

LEFT = (
    "1 - avg_over_time(slo:bad:rate5m[30d])"
    " / on(slo) avg_over_time(slo:total:rate5m[30d])"
    " / on(slo) group_left(promise) slo:budget"
)

SLOS = Dashboard(
    uid="slos",
    title="Service level objectives",
    description="What is promised in docs/SLO.md, and how it is kept.",
    rows=(
        Row(
            "Kept so far",
            (
                numbers(
                    "Error budget left",
                    "percentunit",
                    "Of what may go wrong in 30 days. Below 0, the promise is broken.",
                    {"{{promise}}": LEFT},
                ),
            ),
        ),
        Row(
            "How fast it is used up",
            (
                graph(
                    "Burn, 5 minutes",
                    "none",
                    "At 1, the budget lasts for just 30 days; 14.4 with the next graph"
                    " wakes somebody up.",
                    {"{{slo}}": "slo:burn:5m"},
                ),
                graph(
                    "Burn, 1 hour",
                    "none",
                    "At 14.4, 2 % of the budget are gone in an hour.",
                    {"{{slo}}": "slo:burn:1h"},
                ),
                graph(
                    "Burn, 6 hours",
                    "none",
                    "At 6, 5 % of the budget are gone in six hours.",
                    {"{{slo}}": "slo:burn:6h"},
                ),
            ),
        ),
        Row(
            "What it is counted from",
            (
                graph(
                    "All",
                    "ops",
                    "What each objective is about: requests, or notifications.",
                    {"{{slo}}": "slo:total:rate5m"},
                ),
                graph(
                    "Bad",
                    "ops",
                    "Those that were not as promised.",
                    {"{{slo}}": "slo:bad:rate5m"},
                ),
            ),
        ),
    ),
)
