"""Orders and their history, shown to those who may see them."""

import httpx
import pytest

from app.errors import PriceChanged
from app.models import Order
from app.repositories.orders import Orders
from chassis import Database
from tests.factories import an_order, confirmed, stored
from tests.people import ADA, ADMIN, BOB


@pytest.mark.parametrize(
    ("headers", "status"), [(ADA, 200), (ADMIN, 200), (BOB, 404), ({}, 401)]
)
async def test_order_is_shown_to_owner_and_administrators(
    client: httpx.AsyncClient, order: Order, headers: dict[str, str], status: int
) -> None:
    for path in (f"/orders/{order.id}", f"/orders/{order.id}/events"):
        assert (await client.get(path, headers=headers)).status_code == status


@pytest.mark.parametrize(
    "path", ["/orders", "/orders/user/7", "/orders/user/user7@example.com"]
)
async def test_service_cannot_list_orders(client: httpx.AsyncClient, path: str) -> None:
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
async def test_orders_are_listed_for_owner_and_administrators(
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
async def test_all_orders_are_listed_for_administrators_only(
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


async def test_new_owner_of_address_sees_no_old_orders(
    client: httpx.AsyncClient, database: Database
) -> None:
    order = an_order(user_id=7)
    order.customer_email = "user8@example.com"
    await confirmed(database, order)
    answer = await client.get("/orders/user/user8@example.com", headers=BOB)
    assert (answer.status_code, answer.json()) == (200, [])


async def test_administrator_finds_address_in_any_case(
    client: httpx.AsyncClient, database: Database
) -> None:
    order = an_order(user_id=7)
    order.customer_email = "Ada@example.com"
    placed = await confirmed(database, order)
    answer = await client.get("/orders/user/aDA@Example.com", headers=ADMIN)
    assert [found["id"] for found in answer.json()] == [placed.id]


async def test_links_lead_through_all_pages(
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


async def test_forged_cursor_is_rejected(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/orders?cursor=%C3%A9", headers=ADA)
    assert answer.status_code == 422


async def test_lists_show_each_order_as_its_own_path(
    client: httpx.AsyncClient, database: Database
) -> None:
    rejected = an_order(user_id=7)
    rejected.promise()
    rejected.reject(PriceChanged("it is 12.00"))
    await stored(database, rejected)
    await stored(database, an_order(user_id=7, lines=[(9, 1)]))
    several = an_order(user_id=7, lines=[(2, 3), (1, 1), (2, 1)])
    several.id = 1_234_567
    several.shipping_address = None
    await confirmed(database, several)
    await confirmed(database, an_order(user_id=7))
    listed = (await client.get("/orders", headers=ADA)).json()
    assert len(listed) == 4
    for order in listed:
        shown = await client.get(f"/orders/{order['id']}", headers=ADA)
        assert list(order.items()) == list(shown.json().items())


async def test_rejected_promised_order_is_listed_with_reason(
    client: httpx.AsyncClient, database: Database
) -> None:
    order_id = (await stored(database, an_order(user_id=7))).id
    async with database.transaction() as session:
        order = await Orders(session).get(order_id, for_update=True)
        order.promise()
        order.reject(PriceChanged("it is 12.00"))
    (listed,) = (await client.get("/orders", headers=ADA)).json()
    assert (listed["id"], listed["status"]) == (order_id, "cancelled")
    assert listed["reason"] == "price_changed"


async def test_history_is_paginated(client: httpx.AsyncClient, order: Order) -> None:
    first = await client.get(f"/orders/{order.id}/events?limit=1", headers=ADA)
    assert first.headers["X-Total-Count"] == "2"
    second = await client.get(first.links["next"]["url"], headers=ADA)
    assert "next" not in second.links
    statuses = [change["status"] for change in first.json() + second.json()]
    assert statuses == ["pending", "confirmed"]
