from typing import Any

from app.events.messages import OrderChanged
from chassis import Event

ADA = {
    "user_id": 3,
    "username": "ada",
    "name": "Ada Lovelace",
    "email": "ada@example.com",
}


def order_data(**values: Any) -> dict[str, Any]:
    """The data of an order event, as order-service sends it."""
    return {
        "order_id": 17,
        "order_number": "ORD-20260131-000017",
        "version": 2,
        "status": "confirmed",
        "customer": ADA,
        "items": [
            {
                "product_id": 1,
                "product_name": "Lamp",
                "quantity": 2,
                "unit_price": "19.99",
                "total_price": "39.98",
            }
        ],
        "total_amount": "39.98",
        "shipping_address": "12 St James's Square\nLondon",
        "created_at": "2026-01-31T12:00:00Z",
        "reason": None,
        **values,
    }


def order_event(
    event_type: str = "order.created", **values: Any
) -> Event[OrderChanged]:
    return Event[OrderChanged](
        source="/order-service",
        type=event_type,
        data=OrderChanged.model_validate(order_data(**values)),
    )
