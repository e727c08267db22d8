"""Reservations, as order-service uses them."""

import httpx
import pytest

from tests.factories import (
    AS_ADMIN,
    AS_OWNER,
    AS_SERVICE,
    counts,
    item,
    offer,
    reserve,
    reserve_items,
)


async def test_reservation_returns_names_and_prices(client: httpx.AsyncClient) -> None:
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


async def test_repeated_reservation_keeps_first_price(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, price="9.99")
    first = await reserve(client, 17, {lamp: 2})
    await client.patch(f"/products/{lamp}", json={"price": "12.00"}, headers=AS_OWNER)
    again = await reserve(client, 17, {lamp: 2})
    assert (again.status_code, again.json()) == (200, first.json())
    assert await counts(client, lamp) == (10, 2)


async def test_other_items_for_same_order_conflict(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client)
    await reserve(client, 17, {lamp: 2})
    answer = await reserve(client, 17, {lamp: 3})
    assert (answer.status_code, answer.json()["code"]) == (409, "reservation_differs")


async def test_insufficient_stock_names_product_and_reserves_nothing(
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


async def test_quantities_of_same_product_are_added(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, quantity=5)
    answer = await reserve_items(client, 17, item(lamp, 2), item(lamp, 4))
    assert (answer.status_code, answer.json()["requested"]) == (409, 6)
    answer = await reserve_items(client, 17, item(lamp, 2), item(lamp, 3))
    assert [i["quantity"] for i in answer.json()["items"]] == [5]
    assert (await reserve(client, 17, {lamp: 5})).status_code == 200
    assert await counts(client, lamp) == (5, 5)


async def test_order_can_retry_after_rejection(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, quantity=1)
    await reserve(client, 17, {lamp: 2})
    assert (await reserve(client, 17, {lamp: 1})).status_code == 200


async def test_unknown_or_withdrawn_product_is_not_found(
    client: httpx.AsyncClient,
) -> None:
    lamp, withdrawn = await offer(client), await offer(client)
    await client.delete(f"/products/{withdrawn}", headers=AS_OWNER)
    for missing in (withdrawn, 404):
        answer = await reserve(client, 17, {lamp: 1, missing: 1})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_product")
        assert answer.json()["product_id"] == missing
    assert await counts(client, lamp) == (10, 0)


async def test_only_services_can_reserve(client: httpx.AsyncClient) -> None:
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
async def test_malformed_items_are_rejected(
    client: httpx.AsyncClient, items: object
) -> None:
    answer = await client.put(
        "/reservations/17", json={"items": items}, headers=AS_SERVICE
    )
    assert answer.status_code == 422
