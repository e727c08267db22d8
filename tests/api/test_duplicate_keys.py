"""The last value of a repeated key in a JSON object counts (RFC 8259, 4)."""

from typing import Any

import httpx
import pytest

from tests.api.through_gateway import CSRF, SESSION
from tools.client.shop import PASSWORD, Person, Shop, new_account

AS_JSON = {"Content-Type": "application/json"}


async def send(client: httpx.AsyncClient, path: str, body: str, by: Person) -> Any:
    headers = {**AS_JSON, **by.headers}
    answer = await client.post(path, content=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_last_username_of_registration_counts(shop: Shop) -> None:
    first, last = new_account(), new_account()
    body = (
        f'{{"username": "{first["username"]}", "password": "short",'
        f' "username": "{last["username"]}", "password": "{last["password"]}"}}'
    )
    answer = await shop.users.post("/register", content=body, headers=AS_JSON)
    assert answer.status_code == 201, answer.text
    assert answer.json()["username"] == last["username"]
    await shop.sign_in(last["username"])


async def test_last_username_of_browser_session_counts(
    shop: Shop, gateway: httpx.AsyncClient
) -> None:
    ada = await shop.register()
    body = (
        f'{{"username": "unknown", "username": "{ada.username}",'
        f' "password": "wrong", "password": "{PASSWORD}"}}'
    )
    answer = await gateway.post(SESSION, content=body, headers=AS_JSON | CSRF)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        ('{"name": "A", "name": "B", "price": 1}', "name", "B"),
        ('{"name": "A", "price": 1, "price": "2.50"}', "price", "2.50"),
        ('{"name": "A", "price": "free", "price": 3}', "price", "3.00"),
        ('{"price": 1, "name": "A", "quantity": 5, "quantity": 6}', "quantity", 6),
        ('{"name": "A", "price": 1, "tags": ["x"], "tags": ["y"]}', "tags", ["y"]),
        # The name is the same one, however it is written.
        ('{"name": "A", "n\\u0061me": "B", "price": 1}', "name", "B"),
    ],
)
async def test_last_value_of_product_counts(
    shop: Shop, body: str, field: str, value: Any
) -> None:
    seller = await shop.register()
    product = await send(shop.products, "/products", body, seller)
    assert product[field] == value


@pytest.mark.parametrize(
    "items",
    [
        '"product_id": 0, "product_id": %d, "quantity": 1, "quantity": 2',
        '"items": [], "items": [{"product_id": %d, "quantity": "x", "quantity": 2}]',
    ],
)
async def test_last_quantity_of_order_counts(shop: Shop, items: str) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    order = await send(shop.orders, "/orders", f"{{{items % lamp}}}", ada)
    assert order["items"][0]["quantity"] == 2
    await shop.is_at_rest(lamp, reserved=2, available=3)
