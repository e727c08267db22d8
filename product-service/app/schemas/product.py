"""Products as clients send and get them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from app.models.stock import MAX_STOCK
from app.schemas.left_out import LEFT_OUT
from app.schemas.picture import ImageUrl
from chassis import (
    Amount,
    BlankAsNone,
    Money,
    MultiLineText,
    OneLineText,
    RequestBody,
    ResponseBody,
    WholeNumber,
    example,
)

ProductName = Annotated[OneLineText, Field(max_length=255)]
Description = Annotated[MultiLineText, Field(max_length=5000)]
Category = Annotated[OneLineText, Field(max_length=100)]
Tags = Annotated[
    list[Annotated[OneLineText, Field(max_length=50)]], Field(max_length=20)
]
Quantity = Annotated[WholeNumber, Field(ge=0, le=MAX_STOCK)]

_OFFER = {
    "name": "Desk lamp",
    "description": "Brass, with a green shade.",
    "price": "49.90",
    "quantity": 12,
    "category": "lighting",
    "tags": ["brass", "office"],
    "image_url": "https://images.example.com/desk-lamp.jpg",
}


class ProductCreate(RequestBody):
    model_config = example(_OFFER)

    name: ProductName
    description: BlankAsNone[Description] = None
    price: Money
    quantity: Quantity = 0
    category: BlankAsNone[Category] = None
    tags: Tags | None = None
    image_url: BlankAsNone[ImageUrl] = None


class ProductUpdate(RequestBody):
    """Omitted fields stay unchanged; null clears an optional field."""

    model_config = example({"price": "44.90", "image_url": None})

    name: ProductName = LEFT_OUT
    description: BlankAsNone[Description] = LEFT_OUT
    price: Money = LEFT_OUT
    quantity: Quantity = LEFT_OUT
    category: BlankAsNone[Category] = LEFT_OUT
    tags: Tags | None = LEFT_OUT
    image_url: BlankAsNone[ImageUrl] = LEFT_OUT

    def changes(self) -> dict[str, Any]:
        return {field: getattr(self, field) for field in self.model_fields_set}


class ProductRead(ResponseBody):
    model_config = example(
        {
            "id": 7,
            **_OFFER,
            "owner_id": 3,
            "created_at": "2026-01-31T12:00:00Z",
            "updated_at": "2026-01-31T12:00:00Z",
        }
    )

    id: int
    name: str
    description: str | None
    price: Amount
    quantity: int
    category: str | None
    tags: list[str]
    image_url: str | None
    owner_id: int
    created_at: datetime
    updated_at: datetime
