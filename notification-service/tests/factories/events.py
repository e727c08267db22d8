from typing import Any

from app.events.messages import (
    EmailChanged,
    InventoryLow,
    OrderChanged,
    OrderRejected,
    UserErased,
    UserRegistered,
)
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


def order_rejected(**values: Any) -> Event[OrderRejected]:
    data = {
        "order_id": 17,
        "order_number": "ORD-20260131-000017",
        "version": 3,
        "status": "cancelled",
        "customer": ADA,
        "items": [{"product_id": 1, "quantity": 2, "agreed_price": "19.99"}],
        "shipping_address": None,
        "created_at": "2026-01-31T12:00:00Z",
        "reason": "price_changed",
        "detail": "the price of product 1 is 21.00",
        "rejected_items": [
            {
                "product_id": 1,
                "code": "price_changed",
                "requested": None,
                "available": None,
                "agreed_price": "19.99",
                "unit_price": "21.00",
            }
        ],
    }
    return Event[OrderRejected](
        source="/order-service",
        type="order.rejected",
        data=OrderRejected.model_validate(data | values),
    )


def user_registered(**values: Any) -> Event[UserRegistered]:
    return Event[UserRegistered](
        source="/user-service",
        type="user.registered",
        data=UserRegistered.model_validate(ADA | values),
    )


def email_changed(**values: Any) -> Event[EmailChanged]:
    """Makes an event of Ada, whose old address was `ada@example.com`."""
    data = {"user_id": 3, "username": "ada", "old_email": "ada@example.com"}
    return Event[EmailChanged](
        source="/user-service",
        type="user.email_changed",
        data=EmailChanged.model_validate(data | values),
    )


def user_erased(user_id: int = 3) -> Event[UserErased]:
    return Event[UserErased](
        source="/user-service", type="user.erased", data=UserErased(user_id=user_id)
    )


def inventory_low(**values: Any) -> Event[InventoryLow]:
    """Makes an event of a product of Ada."""
    data = {
        "product_id": 1,
        "product_name": "Lamp",
        "owner_id": 3,
        "available": 3,
        "threshold": 5,
        "version": 7,
    }
    return Event[InventoryLow](
        source="/product-service",
        type="inventory.low",
        data=InventoryLow.model_validate(data | values),
    )
