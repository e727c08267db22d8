from observability.dashboards.panels import Dashboard, Row, graph, number
from observability.dashboards.promql import grown, or_zero, share

CONFIRMED = 'orders_total{status="confirmed"}'
HOUR = "1h"


def amount(status: str) -> str:
    """0 where no order has come to it yet."""
    come_to_it = f'orders_amount_total{{status="{status}"}}'
    return f"({or_zero(grown(come_to_it))})"


BUSINESS = Dashboard(
    uid="business",
    title="Business",
    description="What the shop sells. Numbers at the top are of the time chosen above.",
    rows=(
        Row(
            "In this time",
            (
                number(
                    "Orders",
                    "none",
                    "Orders that were confirmed.",
                    grown(CONFIRMED),
                ),
                number(
                    "Revenue",
                    "none",
                    "The amounts of orders confirmed, less those cancelled, in the"
                    " shop's currency.",
                    f"{amount('confirmed')} - {amount('cancelled')}",
                ),
                number(
                    "Average order",
                    "none",
                    "The amount of an order that was confirmed.",
                    f"{amount('confirmed')} / {grown(CONFIRMED)}",
                ),
                number(
                    "Refused",
                    "percentunit",
                    "Orders for what there is not, or not enough of, as a share of all"
                    " that ended so or were confirmed.",
                    share(
                        grown('orders_total{status="refused"}'),
                        grown('orders_total{status=~"refused|confirmed"}'),
                    ),
                ),
                number(
                    "New customers",
                    "none",
                    "Accounts that people have opened.",
                    grown('user_registrations_total{role="customer"}'),
                ),
            ),
        ),
        Row(
            "By the hour",
            (
                graph(
                    "Orders",
                    "none",
                    "Orders that came to a status, in the hour before.",
                    {"{{status}}": grown("orders_total", "status", HOUR)},
                ),
                graph(
                    "Amounts",
                    "none",
                    "Of these orders, in the shop's currency.",
                    {"{{status}}": grown("orders_amount_total", "status", HOUR)},
                ),
            ),
        ),
        Row(
            "Customers and shelves",
            (
                graph(
                    "Accounts",
                    "none",
                    "Accounts that were opened in the hour before.",
                    {"{{role}}": grown("user_registrations_total", "role", HOUR)},
                ),
                graph(
                    "Running low",
                    "none",
                    "Products that fell to their threshold in the hour before; each"
                    " time its owner is notified.",
                    {"products": grown("inventory_low_total", span=HOUR)},
                ),
                graph(
                    "Notifications",
                    "none",
                    "Notifications sent in the hour before.",
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
