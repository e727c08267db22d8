"""POST /orders: every outcome of placing an order."""

import httpx
import pytest

from app.models import ErasedUser
from chassis import Database, ErasedUsers, PeerTimeout, PeerUnreachable
from tests.fake_products import FakeProducts
from tests.people import ADA, order_lamps


async def test_order_is_accepted_without_answer_of_peer(
    client: httpx.AsyncClient, products: FakeProducts
) -> None:
    products.failure = PeerTimeout("no answer")
    answer = await order_lamps(client)
    assert answer.status_code == 202
    assert answer.json()["status"] == "pending"
    assert answer.json()["total_amount"] is None
    assert answer.headers["Location"] == f"/orders/{answer.json()['id']}"


async def test_unreachable_peer_asks_client_to_retry(
    client: httpx.AsyncClient, products: FakeProducts
) -> None:
    products.failure = PeerUnreachable("away")
    answer = await order_lamps(client)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["code"] == "ordering_unavailable"


async def test_erased_user_cannot_place_order(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.transaction() as session:
        await ErasedUsers(session, ErasedUser).add(7)
    answer = await order_lamps(client)
    assert answer.status_code == 409
    assert answer.json()["code"] == "account_erased"


async def test_replay_is_marked_in_header(client: httpx.AsyncClient) -> None:
    first = await order_lamps(client, key="k")
    again = await order_lamps(client, key="k")
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()


async def test_two_idempotency_keys_are_rejected(client: httpx.AsyncClient) -> None:
    headers = [*ADA.items(), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    body = {"product_id": 1, "quantity": 1}
    answer = await client.post("/orders", json=body, headers=headers)
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert (error["in"], error["field"]) == ("header", "Idempotency-Key")
    assert (await client.get("/orders?status=confirmed", headers=ADA)).json() == []


async def test_rejection_names_product_and_is_not_listed(
    client: httpx.AsyncClient,
) -> None:
    rejected = await order_lamps(client, quantity=101)
    assert rejected.status_code == 409
    assert rejected.json()["code"] == "insufficient_stock"
    assert rejected.json()["product_id"] == 1
    listed = await client.get("/orders", headers=ADA)
    assert listed.json() == []
    cancelled = await client.get("/orders?status=cancelled", headers=ADA)
    assert [o["status"] for o in cancelled.json()] == ["cancelled"]


async def test_two_lines_of_product_are_both_charged(
    client: httpx.AsyncClient, products: FakeProducts
) -> None:
    lines = [{"product_id": 1, "quantity": 2}, {"product_id": 1, "quantity": 3}]
    answer = await client.post("/orders", json={"items": lines}, headers=ADA)
    assert answer.json()["total_amount"] == "50.00"
    assert products.available[1] == 95


@pytest.mark.parametrize("agreed", ["10.01", 9.99, "9"])
async def test_changed_price_is_rejected_with_current_price(
    client: httpx.AsyncClient, products: FakeProducts, agreed: str | float
) -> None:
    body = {"product_id": 1, "quantity": 2, "unit_price": agreed}
    headers = {**ADA, "Idempotency-Key": "k"}
    answer = await client.post("/orders", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "price_changed")
    assert answer.json()["items"][0]["unit_price"] == "10.00"
    assert "Idempotency-Replayed" not in answer.headers
    again = await client.post("/orders", json=body, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "price_changed")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert products.available[1] == 100
