"""Products as clients send and get them."""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, HttpUrl, TypeAdapter, ValidationError

from app.models.stock import MAX_STOCK
from app.schemas.left_out import LEFT_OUT
from chassis import Amount, Money, NonBlank, RequestBody, ResponseBody, Text, example

_URL: TypeAdapter[HttpUrl] = TypeAdapter(HttpUrl)
# As an image even SVG runs no script; other data: would be pages, which do.
_INLINE_PICTURE = re.compile(
    r"data:image/(avif|gif|jpeg|png|svg\+xml|webp)(;base64)?,[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]+"
)


def _picture(text: str) -> str:
    if _INLINE_PICTURE.fullmatch(text):
        return text
    try:
        _URL.validate_python(text)
    except ValidationError as error:
        raise ValueError(
            "must be an http or https address, or an inline picture"
        ) from error
    return text


ProductName = Annotated[NonBlank, Field(max_length=255)]
Description = Annotated[Text, Field(max_length=5000)]
Category = Annotated[NonBlank, Field(max_length=100)]
Tags = Annotated[list[Annotated[NonBlank, Field(max_length=50)]], Field(max_length=20)]
ImageUrl = Annotated[
    Text,
    Field(max_length=2048, description="http:, https:, or an inline data:image/..."),
    AfterValidator(_picture),
]
Quantity = Annotated[int, Field(ge=0, le=MAX_STOCK, strict=True)]

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
    description: Description | None = None
    price: Money
    quantity: Quantity = 0
    category: Category | None = None
    tags: Tags | None = None
    image_url: ImageUrl | None = None


class ProductUpdate(RequestBody):
    """What is left out stays as it is; null clears what is optional."""

    model_config = example({"price": "44.90", "image_url": None})

    name: ProductName = LEFT_OUT
    description: Description | None = LEFT_OUT
    price: Money = LEFT_OUT
    quantity: Quantity = LEFT_OUT
    category: Category | None = LEFT_OUT
    tags: Tags | None = LEFT_OUT
    image_url: ImageUrl | None = LEFT_OUT

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
