"""Reservations at the price that the customer agreed to."""

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
    AS_OWNER,
    counts,
    item,
    offer,
    reserve_items,
)


@pytest.mark.parametrize("agreed", ["9.98", 10, "0.01"])
async def test_other_price_than_agreed_reserves_nothing(
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
async def test_agreed_price_reserves(
    client: httpx.AsyncClient, agreed: str | float
) -> None:
    lamp = await offer(client, price="9.90")
    answer = await reserve_items(client, 17, item(lamp, 1, unit_price=agreed))
    assert (answer.status_code, answer.json()["items"][0]["unit_price"]) == (
        200,
        "9.90",
    )


async def test_reservation_keeps_agreed_price_after_increase(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client, price="9.99")
    wanted = item(lamp, 1, unit_price="9.99")
    first = await reserve_items(client, 17, wanted)
    await client.patch(f"/products/{lamp}", json={"price": "12.00"}, headers=AS_OWNER)
    assert (await reserve_items(client, 17, wanted)).json() == first.json()
    other = await reserve_items(client, 17, item(lamp, 1, unit_price="12.00"))
    assert (other.status_code, other.json()["code"]) == (409, "reservation_differs")


async def test_two_agreed_prices_of_product_are_rejected(
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


async def test_price_changed_while_reservation_waits_is_rejected(
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
