"""FastAPI inserts one product with psycopg."""

from decimal import Decimal

from fastapi import FastAPI
from pydantic import BaseModel

from tools.bench.yardsticks.connections import connected, connection


class ProductCreate(BaseModel):
    name: str
    price: Decimal
    quantity: int


class ProductRead(ProductCreate):
    id: int


app = FastAPI(lifespan=connected)


@app.post("/", status_code=201)
async def create(product: ProductCreate) -> ProductRead:
    async with connection() as database:
        cursor = await database.execute(
            "INSERT INTO products (name, price, quantity) VALUES (%s, %s, %s)"
            " RETURNING id",
            [product.name, product.price, product.quantity],
        )
        row = await cursor.fetchone()
    assert row is not None
    return ProductRead(id=row[0], **product.model_dump())
