"""Products and reservations, made the way clients make them."""

from typing import Any

import httpx
from sqlalchemy import inspect

from app.models import LedgerEntry, Product, Stock
from chassis import User
from chassis.testing import as_user

OWNER = 1
AS_OWNER = as_user(OWNER)
AS_STRANGER = as_user(2)
AS_ADMIN = as_user(3, "admin")
AS_SERVICE = {"Authorization": "Bearer service:order-service"}


def user(user_id: int, role: str = "customer") -> User:
    return User(user_id=user_id, username="someone", roles=frozenset({role}))


def product(product_id: int = 7, available: int = 10, **fields: Any) -> Product:
    """One that was never stored."""
    stock = Stock.initial(available)
    stock.product_id = product_id
    known = {"owner_id": OWNER, "name": "Lamp", "price": "9.99", "version": 1}
    return Product(id=product_id, stock=stock, **{**known, **fields})


def ledger_of(stock: Stock) -> list[LedgerEntry]:
    """The entries that are not stored yet."""
    return list(inspect(stock).attrs.ledger.history.added)


async def offer(client: httpx.AsyncClient, **fields: Any) -> int:
    """Puts a product into the catalogue; returns its id."""
    body = {"name": "Lamp", "price": "9.99", "quantity": 10, **fields}
    answer = await client.post("/products", json=body, headers=AS_OWNER)
    assert answer.status_code == 201, answer.text
    product_id: int = answer.json()["id"]
    return product_id


async def reserve(
    client: httpx.AsyncClient, order_id: int, items: dict[int, int]
) -> httpx.Response:
    lines = [item(product_id, quantity) for product_id, quantity in items.items()]
    return await reserve_items(client, order_id, *lines)


async def reserve_items(
    client: httpx.AsyncClient, order_id: int, *items: dict[str, Any]
) -> httpx.Response:
    return await client.put(
        f"/reservations/{order_id}", json={"items": items}, headers=AS_SERVICE
    )


def item(product_id: int, quantity: int, **fields: Any) -> dict[str, Any]:
    return {"product_id": product_id, "quantity": quantity, **fields}


async def settle(client: httpx.AsyncClient, order_id: int, verb: str) -> httpx.Response:
    return await client.post(f"/reservations/{order_id}/{verb}", headers=AS_SERVICE)


async def counts(client: httpx.AsyncClient, product_id: int) -> tuple[int, int]:
    """Returns the stock on hand and its reserved part."""
    inventory = (await client.get(f"/inventory/{product_id}")).json()
    return inventory["quantity"], inventory["reserved"]
