from observability.dashboards.panels import Dashboard, Row, graph, number
from observability.dashboards.promql import grown, or_zero, share

CONFIRMED = 'orders_total{status="confirmed"}'
HOUR = "1h"


def amount(status: str) -> str:
    """Returns 0 if no order has reached the status yet."""
    reached = f'orders_amount_total{{status="{status}"}}'
    return f"({or_zero(grown(reached))})"


BUSINESS = Dashboard(
    uid="business",
    title="Business",
    description="What does the shop sell? The top row covers the selected time.",
    rows=(
        Row(
            "In the selected time",
            (
                number(
                    "Orders",
                    "none",
                    "Confirmed orders.",
                    grown(CONFIRMED),
                ),
                number(
                    "Revenue",
                    "none",
                    "The amounts of confirmed orders minus those of cancelled orders,"
                    " in the shop's currency.",
                    f"{amount('confirmed')} - {amount('cancelled')}",
                ),
                number(
                    "Average order",
                    "none",
                    "The average amount of a confirmed order.",
                    f"{amount('confirmed')} / {grown(CONFIRMED)}",
                ),
                number(
                    "Rejected",
                    "percentunit",
                    "Rejected orders as a share of all rejected and confirmed orders,"
                    " for example because of too little stock.",
                    share(
                        grown('orders_total{status="refused"}'),
                        grown('orders_total{status=~"refused|confirmed"}'),
                    ),
                ),
                number(
                    "New customers",
                    "none",
                    "New accounts of customers.",
                    grown('user_registrations_total{role="customer"}'),
                ),
            ),
        ),
        Row(
            "Per hour",
            (
                graph(
                    "Orders",
                    "none",
                    "Orders that reached a status in the past hour.",
                    {"{{status}}": grown("orders_total", "status", HOUR)},
                ),
                graph(
                    "Amounts",
                    "none",
                    "The amounts of these orders, in the shop's currency.",
                    {"{{status}}": grown("orders_amount_total", "status", HOUR)},
                ),
            ),
        ),
        Row(
            "Customers and stock",
            (
                graph(
                    "Accounts",
                    "none",
                    "New accounts in the past hour.",
                    {"{{role}}": grown("user_registrations_total", "role", HOUR)},
                ),
                graph(
                    "Low stock",
                    "none",
                    "Products whose stock fell to the threshold in the past hour; their"
                    " owners are notified.",
                    {"products": grown("inventory_low_total", span=HOUR)},
                ),
                graph(
                    "Notifications",
                    "none",
                    "Notifications sent in the past hour.",
                    {
                        "{{channel}}": grown(
                            'notification_attempts_total{outcome="sent"}',
                            "channel",
                            HOUR,
                        )
                    },
                ),
            ),
        ),
    ),
)
