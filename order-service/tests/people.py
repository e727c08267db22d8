"""The users of the tests, as request headers, and their orders."""

import httpx

from chassis.testing import as_user

ADMIN = as_user(1, "admin")
ADA = as_user(7)
BOB = as_user(8)


async def order_lamps(
    client: httpx.AsyncClient, quantity: int = 2, key: str | None = None
) -> httpx.Response:
    body = {"product_id": 1, "quantity": quantity}
    headers = ADA if key is None else {**ADA, "Idempotency-Key": key}
    return await client.post("/orders", json=body, headers=headers)
