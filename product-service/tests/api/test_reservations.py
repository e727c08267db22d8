"""What order-service may rely on."""

import asyncio
from decimal import Decimal
from functools import partial

import httpx
import pytest
from sqlalchemy import text

from app.repositories.products import Products
from chassis import Database
from chassis.testing import eventually
from tests.factories import (
    AS_ADMIN,
    AS_OWNER,
    AS_SERVICE,
    counts,
    item,
    offer,
    reserve,
    reserve_items,
    settle,
)


async def test_reserving_tells_names_and_prices(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, name="Lamp", price="9.99")
    chair = await offer(client, name="Chair", price="120.00")
    answer = await reserve(client, 17, {chair: 1, lamp: 2})
    assert answer.status_code == 200
    body = answer.json()
    assert body == (await client.get("/reservations/17", headers=AS_SERVICE)).json()
    assert body.pop("created_at").endswith("Z")
    assert body == {
        "order_id": 17,
        "status": "reserved",
        "items": [
            {
                "product_id": lamp,
                "name": "Lamp",
                "quantity": 2,
                "unit_price": "9.99",
            },
            {
                "product_id": chair,
                "name": "Chair",
                "quantity": 1,
                "unit_price": "120.00",
            },
        ],
    }


async def test_the_same_again_gives_the_same_answer_at_the_first_price(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, price="9.99")
    first = await reserve(client, 17, {lamp: 2})
    await client.patch(f"/products/{lamp}", json={"price": "12.00"}, headers=AS_OWNER)
    again = await reserve(client, 17, {lamp: 2})
    assert (again.status_code, again.json()) == (200, first.json())
    assert await counts(client, lamp) == (10, 2)


async def test_other_items_for_the_same_order_conflict(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client)
    await reserve(client, 17, {lamp: 2})
    answer = await reserve(client, 17, {lamp: 3})
    assert (answer.status_code, answer.json()["code"]) == (409, "reservation_differs")


async def test_insufficient_stock_says_which_and_takes_nothing(
    client: httpx.AsyncClient,
) -> None:
    lamp, chair = await offer(client, quantity=5), await offer(client, quantity=1)
    answer = await reserve(client, 17, {lamp: 2, chair: 2})
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "insufficient_stock"
    assert (problem["product_id"], problem["available"]) == (chair, 1)
    assert problem["requested"] == 2
    assert await counts(client, lamp) == (5, 0)


async def test_rejection_names_every_short_item(client: httpx.AsyncClient) -> None:
    lamp, chair = await offer(client, quantity=3), await offer(client, quantity=9)
    sofa = await offer(client, quantity=0)
    answer = await reserve(client, 17, {sofa: 1, chair: 9, lamp: 4})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "insufficient_stock")
    short = {"code": "insufficient_stock"}
    assert problem["items"] == [
        {**short, "product_id": lamp, "requested": 4, "available": 3},
        {**short, "product_id": sofa, "requested": 1, "available": 0},
    ]
    assert "product_id" not in problem
    assert await counts(client, chair) == (9, 0)


async def test_rejection_names_every_unknown_product(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, quantity=3)
    answer = await reserve(client, 17, {lamp: 4, 777: 1, 888: 2})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (404, "unknown_product")
    assert [(i["product_id"], i["code"]) for i in problem["items"]] == [
        (lamp, "insufficient_stock"),
        (777, "unknown_product"),
        (888, "unknown_product"),
    ]
    assert problem["detail"] == (
        "the order cannot be filled: product 777 is not in the catalogue;"
        f" product 888 is not in the catalogue; product {lamp} has only 3 available"
    )


async def test_items_of_one_product_are_added_up(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, quantity=5)
    answer = await reserve_items(client, 17, item(lamp, 2), item(lamp, 4))
    assert (answer.status_code, answer.json()["requested"]) == (409, 6)
    answer = await reserve_items(client, 17, item(lamp, 2), item(lamp, 3))
    assert [i["quantity"] for i in answer.json()["items"]] == [5]
    assert (await reserve(client, 17, {lamp: 5})).status_code == 200
    assert await counts(client, lamp) == (5, 5)


@pytest.mark.parametrize("agreed", ["9.98", 10, "0.01"])
async def test_any_other_price_than_agreed_reserves_nothing(
    client: httpx.AsyncClient, agreed: str | int
) -> None:
    lamp, chair = await offer(client, price="9.99"), await offer(client, price="9.99")
    answer = await reserve_items(
        client, 17, item(lamp, 1, unit_price=agreed), item(chair, 1, unit_price=agreed)
    )
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "price_changed")
    assert [(i["product_id"], i["unit_price"]) for i in problem["items"]] == [
        (lamp, "9.99"),
        (chair, "9.99"),
    ]
    assert await counts(client, lamp) == await counts(client, chair) == (10, 0)


@pytest.mark.parametrize("agreed", [9.9, "9.9", "9.90"])
async def test_the_agreed_price_reserves(
    client: httpx.AsyncClient, agreed: str | float
) -> None:
    lamp = await offer(client, price="9.90")
    answer = await reserve_items(client, 17, item(lamp, 1, unit_price=agreed))
    assert (answer.status_code, answer.json()["items"][0]["unit_price"]) == (
        200,
        "9.90",
    )


async def test_reservation_keeps_its_agreed_price_when_it_is_raised_later(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, price="9.99")
    wanted = item(lamp, 1, unit_price="9.99")
    first = await reserve_items(client, 17, wanted)
    await client.patch(f"/products/{lamp}", json={"price": "12.00"}, headers=AS_OWNER)
    assert (await reserve_items(client, 17, wanted)).json() == first.json()
    other = await reserve_items(client, 17, item(lamp, 1, unit_price="12.00"))
    assert (other.status_code, other.json()["code"]) == (409, "reservation_differs")


async def test_two_agreed_prices_of_one_product_cannot_both_be_right(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, price="9.99")
    answer = await reserve_items(
        client,
        17,
        item(lamp, 1, unit_price="9.99"),
        item(lamp, 11, unit_price="9.98"),
    )
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "insufficient_stock")
    assert [i["code"] for i in problem["items"]] == [
        "insufficient_stock",
        "price_changed",
    ]


async def test_price_that_changes_while_a_reservation_waits_is_not_accepted(
    client: httpx.AsyncClient, database: Database
) -> None:
    lamp = await offer(client, price="9.99")
    async with database.transaction() as session:
        product = await Products(session).get(lamp, for_update=True)
        product.edit(price=Decimal("12.00"))
        await session.flush()
        wanted = item(lamp, 1, unit_price="9.99")
        reserving = asyncio.create_task(reserve_items(client, 17, wanted))
        await eventually(partial(_is_waiting_for_a_lock, database))
    assert (await reserving).json()["code"] == "price_changed"


async def _is_waiting_for_a_lock(database: Database) -> bool:
    async with database.transaction() as session:
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return bool(await session.scalar(text(waiting)))


async def test_after_a_refusal_the_same_order_may_try_again(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, quantity=1)
    await reserve(client, 17, {lamp: 2})
    assert (await reserve(client, 17, {lamp: 1})).status_code == 200


async def test_a_product_that_is_unknown_or_withdrawn_is_not_found(
    client: httpx.AsyncClient,
) -> None:
    lamp, withdrawn = await offer(client), await offer(client)
    await client.delete(f"/products/{withdrawn}", headers=AS_OWNER)
    for missing in (withdrawn, 404):
        answer = await reserve(client, 17, {lamp: 1, missing: 1})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_product")
        assert answer.json()["product_id"] == missing
    assert await counts(client, lamp) == (10, 0)


async def test_committing_sells_once(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, quantity=10)
    reserved = await reserve(client, 17, {lamp: 4})
    for _ in range(2):
        answer = await settle(client, 17, "commit")
        assert answer.status_code == 200
        assert answer.json() == {**reserved.json(), "status": "committed"}
        assert await counts(client, lamp) == (6, 0)
    again = await reserve(client, 17, {lamp: 4})
    assert (again.status_code, again.json()["status"]) == (200, "committed")


async def test_releasing_gives_back_once(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, quantity=10)
    await reserve(client, 17, {lamp: 4})
    await reserve(client, 18, {lamp: 5})
    for _ in range(2):
        answer = await settle(client, 17, "release")
        assert (answer.status_code, answer.json()["status"]) == (200, "released")
        assert await counts(client, lamp) == (10, 5)


async def test_a_reserve_that_comes_after_its_release_is_refused(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client)
    tombstone = await settle(client, 17, "release")
    assert (tombstone.status_code, tombstone.json()["items"]) == (200, [])
    late = await reserve(client, 17, {lamp: 1})
    assert (late.status_code, late.json()["code"]) == (409, "reservation_released")
    assert await counts(client, lamp) == (10, 0)


async def test_sold_and_released_exclude_each_other(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client)
    for order_id, first, second, code in (
        (17, "commit", "release", "reservation_committed"),
        (18, "release", "commit", "reservation_released"),
    ):
        await reserve(client, order_id, {lamp: 1})
        await settle(client, order_id, first)
        answer = await settle(client, order_id, second)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert await counts(client, lamp) == (9, 0)


async def test_what_was_never_reserved_is_not_found(
    client: httpx.AsyncClient,
) -> None:
    assert (await settle(client, 17, "commit")).status_code == 404
    answer = await client.get("/reservations/17", headers=AS_SERVICE)
    assert (answer.status_code, answer.json()["code"]) == (404, "reservation_not_found")


async def test_reservations_are_for_services(client: httpx.AsyncClient) -> None:
    body = {"items": [{"product_id": 1, "quantity": 1}]}
    for headers, status in (({}, 401), (AS_OWNER, 403), (AS_ADMIN, 403)):
        answer = await client.put("/reservations/17", json=body, headers=headers)
        assert answer.status_code == status


ITEM = {"product_id": 1, "quantity": 1}


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"product_id": n, "quantity": 1} for n in range(1, 102)],
        [{**ITEM, "quantity": 0}],
        [{**ITEM, "quantity": 2**31}],
        [{**ITEM, "quantity": True}],
        [{**ITEM, "price": "1.00"}],
        None,
    ],
)
async def test_items_that_make_no_sense_are_refused(
    client: httpx.AsyncClient, items: object
) -> None:
    answer = await client.put(
        "/reservations/17", json={"items": items}, headers=AS_SERVICE
    )
    assert answer.status_code == 422
