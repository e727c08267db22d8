"""The steps that an order still has to take."""

import pytest

from tools.client.generated.order_service import OrderStatus
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
def test_order_moves_on_from_its_present_status(
    status: OrderStatus, ends: End, missing: list[OrderStatus]
) -> None:
    assert missing_steps(status, ends) == missing


def test_order_that_a_person_changed_stays() -> None:
    assert missing_steps("cancelled", "delivered") == []
    assert missing_steps("delivered", "shipped") == []
