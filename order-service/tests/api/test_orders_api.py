"""The routes: what they answer, to whom."""

from typing import Any

import httpx
import pytest

from app.models import ErasedUser, Order
from chassis import Database, ErasedUsers, PeerTimeout, PeerUnreachable
from chassis.testing import as_user
from tests.factories import an_order, confirmed, stored
from tests.fake_products import FakeProducts

ADMIN = as_user(1, "admin")
ADA = as_user(7)
BOB = as_user(8)


async def order_lamps(
    client: httpx.AsyncClient, quantity: int = 2, key: str | None = None
) -> httpx.Response:
    body = {"product_id": 1, "quantity": quantity}
    headers = ADA if key is None else {**ADA, "Idempotency-Key": key}
    return await client.post("/orders", json=body, headers=headers)


async def test_an_order_is_confirmed_at_once(client: httpx.AsyncClient) -> None:
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
async def test_short_form_is_absent_from_order_of_several_items(
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


async def test_the_short_form_orders_one_product(client: httpx.AsyncClient) -> None:
    order = (await order_lamps(client)).json()
    assert order["items"][0]["product_name"] == "Product 1"
    assert order["product_name"] == "Product 1"
    assert order["quantity"] == 2
    assert order["unit_price"] == "10.00"


async def test_a_promised_order_is_accepted(
    client: httpx.AsyncClient, products: FakeProducts
) -> None:
    products.failure = PeerTimeout("no answer")
    answer = await order_lamps(client)
    assert answer.status_code == 202
    assert answer.json()["status"] == "pending"
    assert answer.json()["total_amount"] is None
    assert answer.headers["Location"] == f"/orders/{answer.json()['id']}"


async def test_without_product_service_the_client_is_asked_to_come_back(
    client: httpx.AsyncClient, products: FakeProducts
) -> None:
    products.failure = PeerUnreachable("away")
    answer = await order_lamps(client)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.json()["code"] == "ordering_unavailable"


async def test_whose_account_has_just_been_erased_orders_nothing(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.transaction() as session:
        await ErasedUsers(session, ErasedUser).add(7)
    answer = await order_lamps(client)
    assert answer.status_code == 409
    assert answer.json()["code"] == "account_erased"


async def test_a_replay_says_so(client: httpx.AsyncClient) -> None:
    first = await order_lamps(client, key="k")
    again = await order_lamps(client, key="k")
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()


async def test_two_idempotency_keys_are_invalid(client: httpx.AsyncClient) -> None:
    headers = [*ADA.items(), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    body = {"product_id": 1, "quantity": 1}
    answer = await client.post("/orders", json=body, headers=headers)
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert (error["in"], error["field"]) == ("header", "Idempotency-Key")
    assert (await client.get("/orders?status=confirmed", headers=ADA)).json() == []


async def test_a_refusal_names_the_product_and_is_hidden_from_lists(
    client: httpx.AsyncClient,
) -> None:
    refused = await order_lamps(client, quantity=101)
    assert refused.status_code == 409
    assert refused.json()["code"] == "insufficient_stock"
    assert refused.json()["product_id"] == 1
    listed = await client.get("/orders", headers=ADA)
    assert listed.json() == []
    asked_for = await client.get("/orders?status=cancelled", headers=ADA)
    assert [o["status"] for o in asked_for.json()] == ["cancelled"]


async def test_two_lines_of_one_product_are_both_charged(
    client: httpx.AsyncClient, products: FakeProducts
) -> None:
    lines = [{"product_id": 1, "quantity": 2}, {"product_id": 1, "quantity": 3}]
    answer = await client.post("/orders", json={"items": lines}, headers=ADA)
    assert answer.json()["total_amount"] == "50.00"
    assert products.available[1] == 95


@pytest.mark.parametrize("agreed", ["10.01", 9.99, "9"])
async def test_changed_price_conflicts_with_the_price_of_today(
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


async def test_rejected_promise_is_listed_with_its_reason(
    client: httpx.AsyncClient, database: Database
) -> None:
    order = an_order(user_id=7)
    order.promise()
    order.refuse("price_changed", "it is 12.00", {})
    order_id = (await stored(database, order)).id
    (listed,) = (await client.get("/orders", headers=ADA)).json()
    assert (listed["id"], listed["status"]) == (order_id, "cancelled")
    assert listed["reason"] == "price_changed"


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
async def test_a_malformed_order_is_invalid(
    client: httpx.AsyncClient, body: Any
) -> None:
    answer = await client.post("/orders", json=body, headers=ADA)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"]


@pytest.fixture
async def order(database: Database) -> Order:
    return await confirmed(database, an_order(user_id=7))


@pytest.mark.parametrize(
    ("headers", "status"), [(ADA, 200), (ADMIN, 200), (BOB, 404), ({}, 401)]
)
async def test_an_order_is_shown_to_its_owner_and_to_admins(
    client: httpx.AsyncClient, order: Order, headers: dict[str, str], status: int
) -> None:
    for path in (f"/orders/{order.id}", f"/orders/{order.id}/events"):
        assert (await client.get(path, headers=headers)).status_code == status


@pytest.mark.parametrize(
    "path", ["/orders", "/orders/user/7", "/orders/user/user7@example.com"]
)
async def test_services_have_no_orders(client: httpx.AsyncClient, path: str) -> None:
    headers = {"Authorization": "Bearer service:product-service"}
    assert (await client.get(path, headers=headers)).status_code == 403


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/orders", ADA, 200),
        ("/orders?user_id=7", ADA, 200),
        ("/orders?user_id=7", ADMIN, 200),
        ("/orders?user_id=7", BOB, 403),
        ("/orders/user/7", ADA, 200),
        ("/orders/user/user7@example.com", ADA, 200),
        ("/orders/user/user7@example.com", ADMIN, 200),
        ("/orders/user/user7@example.com", BOB, 403),
        ("/orders/user/7", BOB, 403),
    ],
)
async def test_orders_are_listed_for_their_owner_and_for_admins(
    client: httpx.AsyncClient,
    order: Order,
    path: str,
    headers: dict[str, str],
    status: int,
) -> None:
    answer = await client.get(path, headers=headers)
    assert answer.status_code == status
    if status == 200:
        assert [o["id"] for o in answer.json()] == [order.id]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("user_id=*", ADMIN, 200),
        ("user_id=%2A", ADMIN, 200),
        ("user_id=*", ADA, 403),
        ("user_id=**", ADMIN, 422),
        ("user_id=0", ADMIN, 422),
    ],
)
async def test_orders_of_everybody_are_for_admins(
    client: httpx.AsyncClient,
    database: Database,
    query: str,
    headers: dict[str, str],
    status: int,
) -> None:
    ids = [(await stored(database, an_order(user_id=i))).id for i in (7, 8, 9)]
    answer = await client.get(f"/orders?{query}&limit=2", headers=headers)
    assert answer.status_code == status
    if status == 200:
        following = await client.get(answer.links["next"]["url"], headers=headers)
        listed = answer.json() + following.json()
        assert [o["id"] for o in listed] == sorted(ids, reverse=True)


async def test_an_address_that_changed_hands_opens_no_old_orders(
    client: httpx.AsyncClient, database: Database
) -> None:
    order = an_order(user_id=7)
    order.customer_email = "user8@example.com"
    await confirmed(database, order)
    answer = await client.get("/orders/user/user8@example.com", headers=BOB)
    assert (answer.status_code, answer.json()) == (200, [])


async def test_an_admin_finds_an_address_in_any_case(
    client: httpx.AsyncClient, database: Database
) -> None:
    order = an_order(user_id=7)
    order.customer_email = "Ada@example.com"
    placed = await confirmed(database, order)
    answer = await client.get("/orders/user/aDA@Example.com", headers=ADMIN)
    assert [found["id"] for found in answer.json()] == [placed.id]


async def test_pages_lead_to_one_another(
    client: httpx.AsyncClient, database: Database
) -> None:
    ids = [(await stored(database, an_order(user_id=7))).id for _ in range(5)]
    seen: list[int] = []
    path: str | None = "/orders?limit=2"
    while path is not None:
        page = await client.get(path, headers=ADA)
        assert page.headers["X-Total-Count"] == "5"
        seen += [o["id"] for o in page.json()]
        path = page.links["next"]["url"] if "next" in page.links else None
    assert seen == sorted(ids, reverse=True)


async def test_a_cursor_of_ones_own_making_is_invalid(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/orders?cursor=%C3%A9", headers=ADA)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("headers", "target", "status"),
    [
        (ADA, "cancelled", 200),
        (ADA, "shipped", 403),
        (BOB, "cancelled", 404),
        (ADMIN, "shipped", 200),
        (ADMIN, "delivered", 409),
        (ADMIN, "confirmed", 200),
        (ADMIN, "pending", 409),
        (ADMIN, "lost", 422),
    ],
)
@pytest.mark.parametrize(("method", "suffix"), [("PATCH", "/status"), ("PUT", "")])
async def test_a_confirmed_order_moves(
    client: httpx.AsyncClient,
    order: Order,
    headers: dict[str, str],
    target: str,
    status: int,
    method: str,
    suffix: str,
) -> None:
    answer = await client.request(
        method, f"/orders/{order.id}{suffix}", json={"status": target}, headers=headers
    )
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["status"] == target


async def test_cancelling_twice_is_as_good_as_once(
    client: httpx.AsyncClient, order: Order
) -> None:
    for _ in range(2):
        answer = await client.delete(f"/orders/{order.id}", headers=ADA)
        assert answer.status_code == 204


async def test_a_shipped_order_is_not_cancelled(
    client: httpx.AsyncClient, order: Order
) -> None:
    path = f"/orders/{order.id}"
    await client.patch(f"{path}/status", json={"status": "shipped"}, headers=ADMIN)
    answer = await client.delete(path, headers=ADA)
    assert answer.status_code == 409
    assert answer.json()["code"] == "order_already_shipped"


async def test_the_history_tells_who_did_what(
    client: httpx.AsyncClient, order: Order
) -> None:
    path = f"/orders/{order.id}"
    for status in ("shipped", "delivered"):
        await client.put(path, json={"status": status}, headers=ADMIN)
    history = (await client.get(f"{path}/events", headers=ADA)).json()
    assert [(h["status"], h["changed_by"]) for h in history] == [
        ("pending", 7),
        ("confirmed", None),
        ("shipped", 1),
        ("delivered", 1),
    ]


async def test_the_history_is_read_page_by_page(
    client: httpx.AsyncClient, order: Order
) -> None:
    first = await client.get(f"/orders/{order.id}/events?limit=1", headers=ADA)
    assert first.headers["X-Total-Count"] == "2"
    second = await client.get(first.links["next"]["url"], headers=ADA)
    assert "next" not in second.links
    statuses = [change["status"] for change in first.json() + second.json()]
    assert statuses == ["pending", "confirmed"]


async def test_health_tells_what_is_away(client: httpx.AsyncClient) -> None:
    health = (await client.get("/health")).json()
    assert health["status"] == "degraded"
    assert health["checks"]["database"] == "up"
    assert health["checks"]["product-service"] == "down"
