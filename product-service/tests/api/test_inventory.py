"""Stock as its owner sees and changes it."""

import asyncio

import httpx
import pytest
from sqlalchemy import delete

from app.models import Stock
from chassis import Database
from chassis.testing import metric
from tests.factories import (
    AS_ADMIN,
    AS_OWNER,
    AS_STRANGER,
    counts,
    offer,
    reserve,
    settle,
)

FIVE = {"quantity": 5, "reason": "counted"}


async def test_inventory_is_public(client: httpx.AsyncClient) -> None:
    product_id = await offer(client, quantity=10)
    await reserve(client, 17, {product_id: 4})
    answer = await client.get(f"/inventory/{product_id}")
    assert answer.headers["Cache-Control"] == "no-store"
    inventory = answer.json()
    assert inventory.pop("updated_at").endswith("Z")
    assert inventory == {
        "product_id": product_id,
        "quantity": 10,
        "reserved": 4,
        "available": 6,
        "low_stock_threshold": 5,
    }


async def test_restock_and_reduce_return_inventory(
    client: httpx.AsyncClient,
) -> None:
    path = f"/inventory/{await offer(client, quantity=10)}"
    more = await client.patch(f"{path}/restock", json=FIVE, headers=AS_OWNER)
    assert (more.status_code, more.json()["quantity"]) == (200, 15)
    less = await client.patch(f"{path}/reduce", json=FIVE, headers=AS_ADMIN)
    assert less.json() == (await client.get(path)).json()
    assert less.json()["quantity"] == 10


async def test_stock_cannot_be_reduced_below_reserved(
    client: httpx.AsyncClient,
) -> None:
    product_id = await offer(client, quantity=10)
    await reserve(client, 17, {product_id: 6})
    answer = await client.patch(
        f"/inventory/{product_id}/reduce", json=FIVE, headers=AS_OWNER
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "insufficient_stock")
    assert await counts(client, product_id) == (10, 6)


async def test_stock_has_upper_limit(
    client: httpx.AsyncClient,
) -> None:
    product_id = await offer(client, quantity=2**31 - 1)
    answer = await client.patch(
        f"/inventory/{product_id}/restock", json=FIVE, headers=AS_OWNER
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "stock_limit_exceeded")


@pytest.mark.parametrize(
    "body",
    [
        {"quantity": 0, "reason": "counted"},
        {"quantity": 2**31, "reason": "counted"},
        {"quantity": "5", "reason": "counted"},
        {"quantity": 5, "reason": " "},
        {"quantity": 5, "reason": "x" * 201},
        {"quantity": 5},
    ],
)
async def test_stock_change_needs_quantity_and_reason(
    client: httpx.AsyncClient, body: dict[str, object]
) -> None:
    path = f"/inventory/{await offer(client)}/restock"
    assert (await client.patch(path, json=body, headers=AS_OWNER)).status_code == 422


async def test_stock_changes_and_ledger_need_owner(
    client: httpx.AsyncClient,
) -> None:
    path = f"/inventory/{await offer(client)}"
    for verb in ("restock", "reduce"):
        answer = await client.patch(f"{path}/{verb}", json=FIVE, headers=AS_STRANGER)
        assert answer.status_code == 403
    ledger = await client.get(f"{path}/transactions", headers=AS_STRANGER)
    assert ledger.status_code == 403


async def test_ledger_has_every_change_with_reason(
    client: httpx.AsyncClient,
) -> None:
    product_id = await offer(client, quantity=10)
    path = f"/inventory/{product_id}"
    await client.patch(f"{path}/restock", json=FIVE, headers=AS_OWNER)
    await client.patch(
        f"{path}/reduce", json={"quantity": 2, "reason": "broken"}, headers=AS_OWNER
    )
    await client.patch(
        f"/products/{product_id}", json={"quantity": 20}, headers=AS_OWNER
    )
    await reserve(client, 17, {product_id: 4})
    await settle(client, 17, "commit")
    ledger = (await client.get(f"{path}/transactions", headers=AS_OWNER)).json()
    entries = [
        (e["kind"], e["change"], e["quantity_after"], e["reason"]) for e in ledger
    ]
    assert entries == [
        ("sale", -4, 16, "order 17"),
        ("correction", 7, 20, "quantity set"),
        ("reduction", -2, 13, "broken"),
        ("restock", 5, 15, "counted"),
        ("initial", 10, 10, "initial stock"),
    ]


async def test_ledger_has_pages(client: httpx.AsyncClient) -> None:
    path = f"/inventory/{await offer(client, quantity=10)}"
    await client.patch(f"{path}/restock", json=FIVE, headers=AS_OWNER)
    ledger = f"{path}/transactions"
    first = await client.get(ledger, params={"limit": 1}, headers=AS_OWNER)
    second = await client.get(first.links["next"]["url"], headers=AS_OWNER)
    assert first.headers["X-Total-Count"] == "2"
    assert [e["kind"] for e in first.json() + second.json()] == ["restock", "initial"]


async def test_owner_keeps_stock_of_withdrawn_product(
    client: httpx.AsyncClient,
) -> None:
    product_id = await offer(client, quantity=10)
    await client.delete(f"/products/{product_id}", headers=AS_OWNER)
    assert await counts(client, product_id) == (10, 0)
    answer = await client.patch(
        f"/inventory/{product_id}/reduce", json=FIVE, headers=AS_OWNER
    )
    assert answer.status_code == 200


async def test_inventory_of_unknown_product_is_not_found(
    client: httpx.AsyncClient,
) -> None:
    assert (await client.get("/inventory/404")).status_code == 404
    answer = await client.patch("/inventory/404/restock", json=FIVE, headers=AS_OWNER)
    assert answer.status_code == 404


async def test_new_product_has_stock_record(
    client: httpx.AsyncClient,
) -> None:
    body = {"product_id": await offer(client), "quantity": 5}
    answer = await client.post("/inventory", json=body, headers=AS_OWNER)
    assert (answer.status_code, answer.json()["code"]) == (409, "stock_record_exists")


async def test_imported_product_gets_stock_record_once(
    client: httpx.AsyncClient, database: Database
) -> None:
    product_id = await offer(client, quantity=0)
    async with database.transaction() as session:
        await session.execute(delete(Stock))
    body = {"product_id": product_id, "quantity": 5, "low_stock_threshold": 2}
    answers = await asyncio.gather(
        *(client.post("/inventory", json=body, headers=AS_OWNER) for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    (opened,) = (answer for answer in answers if answer.status_code == 201)
    found = (await client.get(opened.headers["Location"])).json()
    assert found == opened.json()
    assert (found["available"], found["low_stock_threshold"]) == (5, 2)
    ledger = await client.get(f"/inventory/{product_id}/transactions", headers=AS_OWNER)
    assert [entry["kind"] for entry in ledger.json()] == ["initial"]


async def test_only_owner_creates_and_adjusts_stock(
    client: httpx.AsyncClient,
) -> None:
    product_id = await offer(client)
    body = {"product_id": product_id}
    answer = await client.post("/inventory", json=body, headers=AS_STRANGER)
    assert answer.status_code == 403
    path = f"/inventory/{product_id}"
    threshold = {"low_stock_threshold": 3}
    answer = await client.patch(path, json=threshold, headers=AS_STRANGER)
    assert answer.status_code == 403
    unknown = await client.post(
        "/inventory", json={"product_id": 404}, headers=AS_OWNER
    )
    assert unknown.status_code == 404


async def test_owner_sets_threshold(client: httpx.AsyncClient) -> None:
    path = f"/inventory/{await offer(client)}"
    threshold = {"low_stock_threshold": 3}
    answer = await client.patch(path, json=threshold, headers=AS_OWNER)
    assert (answer.status_code, answer.json()["low_stock_threshold"]) == (200, 3)
    unchanged = await client.patch(path, json={}, headers=AS_OWNER)
    assert unchanged.json() == (await client.get(path)).json() == answer.json()


async def test_only_committed_alerts_are_counted(
    client: httpx.AsyncClient,
) -> None:
    lamp, chair = await offer(client, quantity=10), await offer(client, quantity=1)
    before = metric("inventory_low_total")
    refused = await reserve(client, 17, {lamp: 9, chair: 2})
    assert refused.status_code == 409
    assert metric("inventory_low_total") == before
    await reserve(client, 18, {lamp: 6})
    await reserve(client, 18, {lamp: 6})
    assert metric("inventory_low_total") == before + 1


async def test_same_threshold_changes_nothing(client: httpx.AsyncClient) -> None:
    path = f"/inventory/{await offer(client)}"
    before = (await client.get(path)).json()
    same = {"low_stock_threshold": before["low_stock_threshold"]}
    answer = await client.patch(path, json=same, headers=AS_OWNER)
    assert answer.json() == before
