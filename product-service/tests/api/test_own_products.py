"""Sellers list their own products, and those that run low."""

from typing import Any

import httpx
import pytest

from chassis.testing import as_user
from tests.factories import AS_OWNER, AS_SERVICE, AS_STRANGER, offer, reserve


async def names(
    client: httpx.AsyncClient, headers: dict[str, str], **query: Any
) -> list[str]:
    answer = await client.get("/products", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return sorted(product["name"] for product in answer.json())


async def test_owner_me_lists_own_products(client: httpx.AsyncClient) -> None:
    await offer(client, name="Lamp")
    withdrawn = await offer(client, name="Chair")
    await client.delete(f"/products/{withdrawn}", headers=AS_OWNER)
    body = {"name": "Desk", "price": "9.99"}
    await client.post("/products", json=body, headers=AS_STRANGER)
    assert await names(client, AS_OWNER, owner="me") == ["Lamp"]
    assert await names(client, AS_STRANGER, owner="me") == ["Desk"]
    assert await names(client, as_user(9), owner="me") == []
    assert await names(client, {}) == ["Desk", "Lamp"]


async def test_low_stock_lists_products_at_their_threshold(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, name="Lamp", quantity=6)
    await offer(client, name="Chair", quantity=6)
    await offer(client, name="Desk", quantity=0)
    await reserve(client, 17, {lamp: 1})
    assert await names(client, AS_OWNER, owner="me", low_stock=True) == ["Desk", "Lamp"]
    assert await names(client, AS_OWNER, owner="me", low_stock=False) == ["Chair"]
    low = {"low_stock_threshold": 4}
    await client.patch(f"/inventory/{lamp}", json=low, headers=AS_OWNER)
    assert await names(client, AS_OWNER, owner="me", low_stock=True) == ["Desk"]


async def test_own_products_are_listed_page_by_page(client: httpx.AsyncClient) -> None:
    for name in ("Lamp", "Chair"):
        await offer(client, name=name)
    path = "/products?owner=me&limit=1"
    first = await client.get(path, headers=AS_OWNER)
    second = await client.get(first.links["next"]["url"], headers=AS_OWNER)
    assert [p["name"] for p in first.json() + second.json()] == ["Chair", "Lamp"]
    assert first.headers["X-Total-Count"] == "2"


@pytest.mark.parametrize(
    ("headers", "owner", "status"),
    [
        ({}, "me", 401),
        ({"Authorization": "Bearer nonsense"}, "me", 401),
        (AS_SERVICE, "me", 403),
        (AS_OWNER, "7", 422),
        ({"Authorization": "Bearer nonsense"}, None, 200),
    ],
)
async def test_owner_filter_needs_valid_token(
    client: httpx.AsyncClient,
    headers: dict[str, str],
    owner: str | None,
    status: int,
) -> None:
    query = {} if owner is None else {"owner": owner}
    answer = await client.get("/products", params=query, headers=headers)
    assert answer.status_code == status
