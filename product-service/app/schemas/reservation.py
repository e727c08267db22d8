"""Reservations as order-service sends and gets them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.models.reservation import ReservationStatus, Wanted
from app.models.stock import MAX_STOCK
from chassis import (
    Amount,
    Id,
    Money,
    RequestBody,
    ResponseBody,
    WholeNumber,
    example,
)


class ReservationItemCreate(RequestBody):
    product_id: Id
    quantity: Annotated[WholeNumber, Field(ge=1, le=MAX_STOCK)]
    unit_price: Annotated[
        Money | None,
        Field(
            description="the price that the customer agreed to; another price is 409"
        ),
    ] = None


class ReservationCreate(RequestBody):
    """Items to reserve; the quantities of the same product are added up."""

    model_config = example(
        {"items": [{"product_id": 7, "quantity": 2, "unit_price": "49.90"}]}
    )

    items: Annotated[list[ReservationItemCreate], Field(min_length=1, max_length=100)]

    @property
    def wanted(self) -> dict[int, Wanted]:
        """By product."""
        wanted: dict[int, Wanted] = {}
        for item in self.items:
            known = wanted.get(item.product_id, Wanted())
            wanted[item.product_id] = known.plus(item.quantity, item.unit_price)
        return wanted


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
