"""A request that is sent again with its Idempotency-Key takes effect once."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from app.models import IdempotencyKey
from app.repositories.stock import Stocks
from chassis import Database, Expiry, Retention
from chassis.testing import as_user, eventually
from tests.factories import AS_ADMIN, AS_OWNER, AS_STRANGER, counts, offer

REPLAYED = "Idempotency-Replayed"
FIVE = {"quantity": 5, "reason": "counted"}
LAMP = {"name": "Lamp", "price": "9.99", "quantity": 10}


def keyed(key: str, headers: dict[str, str] = AS_OWNER) -> dict[str, str]:
    return {**headers, "Idempotency-Key": key}


async def change(
    client: httpx.AsyncClient, path: str, key: str, body: dict[str, Any] = FIVE
) -> httpx.Response:
    return await client.patch(path, json=body, headers=keyed(key))


async def test_repeated_restock_counts_once(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, quantity=10)
    path = f"/inventory/{lamp}/restock"
    first, again = [await change(client, path, "k") for _ in range(2)]
    assert (first.status_code, first.json()["quantity"]) == (200, 15)
    assert (again.status_code, again.content) == (200, first.content)
    assert REPLAYED not in first.headers
    assert again.headers[REPLAYED] == "true"
    assert await counts(client, lamp) == (15, 0)


@pytest.mark.parametrize("zeros", [1, 200])
async def test_leading_zeros_of_id_are_same_operation(
    client: httpx.AsyncClient, zeros: int
) -> None:
    lamp = await offer(client, quantity=10)
    await change(client, f"/inventory/{lamp}/restock", "k")
    again = await change(client, f"/inventory/{'0' * zeros}{lamp}/restock", "k")
    assert (again.status_code, again.headers[REPLAYED]) == (200, "true")
    assert await counts(client, lamp) == (15, 0)


async def test_replay_returns_first_response_after_changes(
    client: httpx.AsyncClient,
) -> None:
    path = f"/inventory/{await offer(client, quantity=10)}"
    first = await change(client, f"{path}/reduce", "k")
    await change(client, f"{path}/restock", "other")
    again = await change(client, f"{path}/reduce", "k")
    assert again.json() == first.json()
    assert (await client.get(path)).json()["quantity"] == 10


async def test_repeated_creation_makes_one_product(client: httpx.AsyncClient) -> None:
    headers = keyed("k" * 255)
    first = await client.post("/products", json=LAMP, headers=headers)
    await client.patch(
        first.headers["Location"], json={"price": "1.00"}, headers=AS_OWNER
    )
    spelt_otherwise = {**LAMP, "price": 9.99}
    again = await client.post("/products", json=spelt_otherwise, headers=headers)
    assert (again.status_code, again.content) == (201, first.content)
    for name in ("Location", "ETag", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert (again.headers[REPLAYED], len((await client.get("/products")).json())) == (
        "true",
        1,
    )


async def test_conflict_is_replayed_after_its_cause_is_gone(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, quantity=3)
    path = f"/inventory/{lamp}"
    first = await change(client, f"{path}/reduce", "k")
    await change(client, f"{path}/restock", "other")
    again = await change(client, f"{path}/reduce", "k")
    assert (first.status_code, again.status_code) == (409, 409)
    assert first.json()["code"] == "insufficient_stock"
    assert again.content == first.content
    assert again.headers["Content-Type"] == "application/problem+json"
    assert (REPLAYED in first.headers, again.headers[REPLAYED]) == (False, "true")
    assert await counts(client, lamp) == (8, 0)


async def test_key_with_another_body_is_invalid(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, quantity=10)
    path = f"/inventory/{lamp}/restock"
    await change(client, path, "k")
    answer = await change(client, path, "k", {"quantity": 6, "reason": "counted"})
    assert (answer.status_code, answer.json()["code"]) == (
        422,
        "idempotency_key_reused",
    )
    assert await counts(client, lamp) == (15, 0)


async def test_keys_are_of_one_user_and_operation(client: httpx.AsyncClient) -> None:
    lamp, chair = await offer(client, quantity=10), await offer(client, quantity=10)
    for product, verb, headers in (
        (lamp, "restock", AS_OWNER),
        (lamp, "reduce", AS_OWNER),
        (lamp, "restock", AS_ADMIN),
        (chair, "restock", AS_OWNER),
    ):
        answer = await client.patch(
            f"/inventory/{product}/{verb}", json=FIVE, headers=keyed("k", headers)
        )
        assert REPLAYED not in answer.headers
    assert (await counts(client, lamp), await counts(client, chair)) == (
        (15, 0),
        (15, 0),
    )


async def test_concurrent_twins_take_effect_once(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, quantity=10)
    path = f"/inventory/{lamp}/restock"
    answers = await asyncio.gather(*(change(client, path, "k") for _ in range(8)))
    assert {answer.content for answer in answers} == {answers[0].content}
    assert sorted(REPLAYED in answer.headers for answer in answers) == [
        False,
        *[True] * 7,
    ]
    assert await counts(client, lamp) == (15, 0)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"quantity": 0, "reason": "counted"}, AS_OWNER, 422),
        (FIVE, {}, 401),
        (FIVE, AS_STRANGER, 403),
    ],
)
async def test_invalid_or_forbidden_request_leaves_its_key_free(
    client: httpx.AsyncClient,
    database: Database,
    body: dict[str, Any],
    headers: dict[str, str],
    status: int,
) -> None:
    path = f"/inventory/{await offer(client)}/restock"
    answer = await client.patch(path, json=body, headers=keyed("k", headers))
    assert answer.status_code == status
    async with database.transaction() as session:
        assert (await session.scalars(select(IdempotencyKey))).all() == []


async def test_unavailable_database_stores_no_key(
    client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lamp = await offer(client, quantity=10)
    path = f"/inventory/{lamp}/restock"
    async with database.transaction() as session:
        await Stocks(session).get(lamp, for_update=True)
        with monkeypatch.context() as patch:
            patch.setattr("chassis._database.database.PATIENCE", 0.5)
            answer = await change(client, path, "k")
    assert answer.status_code == 503
    again = await change(client, path, "k")
    assert (again.status_code, REPLAYED in again.headers) == (200, False)
    assert await counts(client, lamp) == (15, 0)


@pytest.mark.parametrize("keys", [[""], ["k" * 256], ["a", "b"], ["a", "a"]])
async def test_key_that_is_not_one_key_is_invalid(
    client: httpx.AsyncClient, keys: list[str]
) -> None:
    headers = [*AS_OWNER.items(), *(("Idempotency-Key", key) for key in keys)]
    answer = await client.post("/products", json=LAMP, headers=headers)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["in"], error["field"]) == ("header", "Idempotency-Key")


@pytest.mark.parametrize(("seconds", "quantity"), [(-5, 15), (5, 20)])
async def test_key_is_kept_for_24_hours(
    client: httpx.AsyncClient, database: Database, seconds: int, quantity: int
) -> None:
    lamp = await offer(client, quantity=10)
    path = f"/inventory/{lamp}/restock"
    await change(client, path, "k")
    async with database.transaction() as session:
        older = IdempotencyKey.created_at - timedelta(hours=24, seconds=seconds)
        await session.execute(update(IdempotencyKey).values(created_at=older))
    await change(client, path, "k")
    assert await counts(client, lamp) == (quantity, 0)


async def test_expired_keys_are_pruned(
    client: httpx.AsyncClient, database: Database
) -> None:
    path = f"/inventory/{await offer(client)}/restock"
    for key in ("old", "new"):
        await change(client, path, key)
    async with database.transaction() as session:
        older = IdempotencyKey.created_at - timedelta(hours=25)
        await session.execute(
            update(IdempotencyKey)
            .where(IdempotencyKey.key == "old")
            .values(created_at=older)
        )
    expiry = Expiry(IdempotencyKey.created_at, IdempotencyKey.LIFETIME)

    async def prune() -> bool:
        await Retention(database, expiry).prune_batch()
        # The running service may be pruning the same rows at this moment.
        async with database.transaction() as session:
            kept = set(await session.scalars(select(IdempotencyKey.key)))
        assert kept == {"new"}
        return True

    await eventually(prune)


async def test_key_survives_for_another_seller(client: httpx.AsyncClient) -> None:
    headers = keyed("k", as_user(9))
    mine = await client.post("/products", json=LAMP, headers=keyed("k"))
    other = await client.post("/products", json=LAMP, headers=headers)
    assert mine.json()["id"] != other.json()["id"]
    assert other.json()["owner_id"] == 9
