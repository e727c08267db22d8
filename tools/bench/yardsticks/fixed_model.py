"""FastAPI answers one fixed model."""

from fastapi import FastAPI
from pydantic import BaseModel


class Product(BaseModel):
    id: int
    name: str
    description: str | None
    price: str
    quantity: int
    category: str | None
    tags: list[str]


PRODUCT = Product(
    id=1,
    name="Brass lamp",
    description="A lamp of brass, with a shade of linen.",
    price="19.99",
    quantity=12,
    category="Lamps",
    tags=["brass", "light"],
)

app = FastAPI()


@app.get("/")
async def read() -> Product:
    return PRODUCT
