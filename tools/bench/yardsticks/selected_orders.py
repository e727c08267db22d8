"""FastAPI selects 50 orders with psycopg."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from fastapi import FastAPI
from psycopg.rows import dict_row
from pydantic import BaseModel

from tools.bench.yardsticks.connections import connected, connection


class OrderRead(BaseModel):
    id: int
    order_number: str
    user_id: int
    customer_name: str
    customer_email: str
    items: list[dict[str, Any]]
    total_amount: Decimal
    status: str
    shipping_address: str | None
    created_at: datetime
    updated_at: datetime


app = FastAPI(lifespan=connected)


@app.get("/")
async def list_orders() -> list[OrderRead]:
    async with connection() as database:
        cursor = database.cursor(row_factory=dict_row)
        await cursor.execute(
            "SELECT * FROM orders WHERE user_id = 1 ORDER BY id DESC LIMIT 50"
        )
        rows = await cursor.fetchall()
    return [OrderRead(**row) for row in rows]
