"""Reservations as order-service sends and gets them."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from app.models.reservation import ReservationStatus
from app.models.stock import MAX_STOCK
from chassis import Amount, Id, RequestBody, ResponseBody, example


class ReservationItemCreate(RequestBody):
    product_id: Id
    quantity: Annotated[int, Field(ge=1, le=MAX_STOCK, strict=True)]


def _each_product_once(
    items: list[ReservationItemCreate],
) -> list[ReservationItemCreate]:
    if len({item.product_id for item in items}) < len(items):
        raise ValueError("must name each product once")
    return items


class ReservationCreate(RequestBody):
    model_config = example({"items": [{"product_id": 7, "quantity": 2}]})

    items: Annotated[
        list[ReservationItemCreate],
        Field(min_length=1, max_length=100),
        AfterValidator(_each_product_once),
    ]

    @property
    def quantities(self) -> dict[int, int]:
        return {item.product_id: item.quantity for item in self.items}


class ReservationItemRead(ResponseBody):
    product_id: int
    name: str = Field(validation_alias="product_name")
    quantity: int
    unit_price: Amount


class ReservationRead(ResponseBody):
    model_config = example(
        {
            "order_id": 17,
            "status": "reserved",
            "items": [
                {
                    "product_id": 7,
                    "name": "Desk lamp",
                    "quantity": 2,
                    "unit_price": "49.90",
                }
            ],
            "created_at": "2026-01-31T12:00:00Z",
        }
    )

    order_id: int
    status: ReservationStatus
    items: list[ReservationItemRead]
    created_at: datetime
