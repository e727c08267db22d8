"""Request and response bodies of the inventory."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.models.ledger_entry import LedgerKind
from app.models.stock import LOW_STOCK, MAX_STOCK
from app.schemas.left_out import LEFT_OUT
from chassis import (
    Id,
    OneLineText,
    RequestBody,
    ResponseBody,
    WholeNumber,
    example,
)


class StockChange(RequestBody):
    model_config = example({"quantity": 5, "reason": "delivery of 31 January"})

    quantity: Annotated[WholeNumber, Field(ge=1, le=MAX_STOCK)]
    reason: Annotated[OneLineText, Field(max_length=200)]


Threshold = Annotated[WholeNumber, Field(ge=0, le=MAX_STOCK)]


class InventoryCreate(RequestBody):
    model_config = example({"product_id": 7, "quantity": 12, "low_stock_threshold": 5})

    product_id: Id
    quantity: Annotated[WholeNumber, Field(ge=0, le=MAX_STOCK)] = 0
    low_stock_threshold: Threshold = LOW_STOCK


class InventoryUpdate(RequestBody):
    """Omitted fields stay unchanged."""

    model_config = example({"low_stock_threshold": 3})

    low_stock_threshold: Threshold = LEFT_OUT


class InventoryRead(ResponseBody):
    model_config = example(
        {
            "product_id": 7,
            "quantity": 12,
            "reserved": 2,
            "available": 10,
            "low_stock_threshold": 5,
            "updated_at": "2026-01-31T12:00:00Z",
        }
    )

    product_id: int
    quantity: int = Field(validation_alias="on_hand")
    reserved: int
    available: int
    low_stock_threshold: int
    updated_at: datetime


class LedgerEntryRead(ResponseBody):
    model_config = example(
        {
            "id": 31,
            "product_id": 7,
            "kind": "restock",
            "change": 5,
            "quantity_after": 12,
            "reason": "delivery of 31 January",
            "order_id": None,
            "created_at": "2026-01-31T12:00:00Z",
        }
    )

    id: int
    product_id: int
    kind: LedgerKind
    change: int
    quantity_after: int = Field(validation_alias="on_hand_after")
    reason: str
    order_id: int | None
    created_at: datetime
