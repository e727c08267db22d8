"""How far an order has yet to go."""

import pytest

from tools.demo.orders import End, missing_steps


@pytest.mark.parametrize(
    ("status", "ends", "missing"),
    [
        ("confirmed", "confirmed", []),
        ("confirmed", "delivered", ["shipped", "delivered"]),
        ("shipped", "delivered", ["delivered"]),
        ("delivered", "delivered", []),
        ("confirmed", "cancelled", ["cancelled"]),
        ("cancelled", "cancelled", []),
        ("cancelled", "refused", []),
    ],
)
def test_an_order_goes_on_from_where_it_is(
    status: str, ends: End, missing: list[str]
) -> None:
    assert missing_steps({"status": status}, ends) == missing


def test_an_order_that_somebody_else_decided_on_is_left_alone() -> None:
    assert missing_steps({"status": "cancelled"}, "delivered") == []
    assert missing_steps({"status": "delivered"}, "shipped") == []
