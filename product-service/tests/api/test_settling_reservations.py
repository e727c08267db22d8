"""Commit and release of reservations."""

import httpx

from tests.factories import (
    AS_SERVICE,
    counts,
    offer,
    reserve,
    settle,
)


async def test_repeated_commit_sells_once(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, quantity=10)
    reserved = await reserve(client, 17, {lamp: 4})
    for _ in range(2):
        answer = await settle(client, 17, "commit")
        assert answer.status_code == 200
        assert answer.json() == {**reserved.json(), "status": "committed"}
        assert await counts(client, lamp) == (6, 0)
    again = await reserve(client, 17, {lamp: 4})
    assert (again.status_code, again.json()["status"]) == (200, "committed")


async def test_repeated_release_gives_back_once(client: httpx.AsyncClient) -> None:
    lamp = await offer(client, quantity=10)
    await reserve(client, 17, {lamp: 4})
    await reserve(client, 18, {lamp: 5})
    for _ in range(2):
        answer = await settle(client, 17, "release")
        assert (answer.status_code, answer.json()["status"]) == (200, "released")
        assert await counts(client, lamp) == (10, 5)


async def test_reservation_after_its_release_is_rejected(
    client: httpx.AsyncClient,
) -> None:
    lamp = await offer(client)
    tombstone = await settle(client, 17, "release")
    assert (tombstone.status_code, tombstone.json()["items"]) == (200, [])
    late = await reserve(client, 17, {lamp: 1})
    assert (late.status_code, late.json()["code"]) == (409, "reservation_released")
    assert await counts(client, lamp) == (10, 0)


async def test_commit_and_release_exclude_each_other(
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


async def test_unknown_reservation_is_not_found(
    client: httpx.AsyncClient,
) -> None:
    assert (await settle(client, 17, "commit")).status_code == 404
    answer = await client.get("/reservations/17", headers=AS_SERVICE)
    assert (answer.status_code, answer.json()["code"]) == (404, "reservation_not_found")
