"""FastAPI takes stock and stores an order with its event, in one transaction."""

import json

from fastapi import FastAPI
from pydantic import BaseModel

from tools.bench.yardsticks.connections import connected, connection


class OrderCreate(BaseModel):
    product_id: int
    quantity: int


class OrderRead(OrderCreate):
    id: int


app = FastAPI(lifespan=connected)


@app.post("/", status_code=201)
async def place(order: OrderCreate) -> OrderRead:
    async with connection() as database, database.transaction():
        await database.execute(
            "UPDATE products SET quantity = quantity - %s WHERE id = %s",
            [order.quantity, order.product_id],
        )
        cursor = await database.execute(
            "INSERT INTO placed (product_id, quantity) VALUES (%s, %s) RETURNING id",
            [order.product_id, order.quantity],
        )
        row = await cursor.fetchone()
        assert row is not None
        stored = OrderRead(id=row[0], **order.model_dump())
        await database.execute(
            "INSERT INTO events (body) VALUES (%s)", [json.dumps(stored.model_dump())]
        )
    return stored
