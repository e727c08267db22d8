"""What order-service may rely on."""

import httpx
import pytest

from tests.factories import (
    AS_ADMIN,
    AS_OWNER,
    AS_SERVICE,
    counts,
    offer,
    reserve,
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
        [ITEM, ITEM],
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
