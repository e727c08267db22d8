"""POST /orders: bodies, and the order in the response."""

from typing import Any

import httpx
import pytest

from chassis import PeerTimeout
from tests.fake_products import FakeProducts
from tests.people import ADA, order_lamps


async def test_order_is_confirmed_at_once(client: httpx.AsyncClient) -> None:
    items = [{"product_id": 1, "quantity": 2}, {"product_id": 2, "quantity": 1}]
    body = {"items": items, "shipping_address": "1 Row"}
    answer = await client.post("/orders", json=body, headers=ADA)
    assert answer.status_code == 201
    order = answer.json()
    assert answer.headers["Location"] == f"/orders/{order['id']}"
    assert order["status"] == "confirmed"
    assert order["customer_name"] == "User 7"
    assert order["total_amount"] == "30.00"
    assert order["items"][0]["total_price"] == "20.00"


@pytest.mark.parametrize("failure", [None, PeerTimeout("no answer")])
async def test_order_of_several_items_has_no_short_form(
    client: httpx.AsyncClient, products: FakeProducts, failure: PeerTimeout | None
) -> None:
    products.failure = failure
    items = [{"product_id": number, "quantity": 2} for number in (1, 2)]
    order = (await client.post("/orders", json={"items": items}, headers=ADA)).json()
    [listed] = (await client.get("/orders", headers=ADA)).json()
    read = (await client.get(f"/orders/{order['id']}", headers=ADA)).json()
    assert order == read == listed
    assert len(order["items"]) == 2
    assert not order.keys() & order["items"][0].keys()


async def test_pending_order_of_one_item_has_null_prices(
    client: httpx.AsyncClient, products: FakeProducts
) -> None:
    products.failure = PeerTimeout("no answer")
    order = (await order_lamps(client)).json()
    assert {name: order[name] for name in order["items"][0]} == {
        "product_id": 1,
        "product_name": None,
        "quantity": 2,
        "unit_price": None,
        "total_price": None,
    }


@pytest.mark.parametrize("price", ["10.0000000000000001", "9.99999999999999999"])
async def test_agreed_price_is_never_rounded(
    client: httpx.AsyncClient, price: str
) -> None:
    body = f'{{"product_id": 1, "quantity": 1, "unit_price": {price}}}'
    headers = {**ADA, "Content-Type": "application/json"}
    answer = await client.post("/orders", content=body, headers=headers)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == "items.0.unit_price"


async def test_short_form_orders_one_product(client: httpx.AsyncClient) -> None:
    order = (await order_lamps(client)).json()
    assert order["items"][0]["product_name"] == "Product 1"
    assert order["product_name"] == "Product 1"
    assert order["quantity"] == 2
    assert order["unit_price"] == "10.00"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"product_id": 1},
        {"product_id": 1, "quantity": 0},
        {"product_id": 1, "quantity": "two"},
        {"product_id": 1, "quantity": 2**31},
        {"product_id": 1, "quantity": 1, "price": "0.01"},
        {"product_id": 1, "quantity": 1, "unit_price": "9.999"},
        {"product_id": 1, "quantity": 1, "unit_price": 0},
        {"product_id": 1, "quantity": 1, "shipping_address": "\u200b"},
        {"product_id": 1, "quantity": 1, "items": []},
        [],
        None,
    ],
)
async def test_malformed_order_is_rejected(
    client: httpx.AsyncClient, body: Any
) -> None:
    answer = await client.post("/orders", json=body, headers=ADA)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"]


async def test_longest_order_is_accepted(client: httpx.AsyncClient) -> None:
    item = {"product_id": 1, "quantity": 1, "unit_price": "10.00"}
    body = {"items": [item] * 100, "shipping_address": "," * 500}
    answer = await client.post("/orders", json=body, headers=ADA)
    assert answer.status_code == 201
    assert len(answer.json()["items"]) == 100
