"""Changes of the status of an order, and who may make them."""

from functools import partial

import httpx
import pytest
from fastapi import FastAPI

from app.models import Order
from chassis import Database, Worker
from chassis.testing import FakeTokenValidator, eventually, started
from tests.factories import as_stored
from tests.people import ADA, ADMIN, BOB


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
async def test_status_of_confirmed_order_is_changed_by_role(
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


async def test_order_can_be_cancelled_twice(
    client: httpx.AsyncClient, order: Order
) -> None:
    for _ in range(2):
        answer = await client.delete(f"/orders/{order.id}", headers=ADA)
        assert answer.status_code == 204


async def test_shipped_order_cannot_be_cancelled(
    client: httpx.AsyncClient, order: Order
) -> None:
    path = f"/orders/{order.id}"
    await client.patch(f"{path}/status", json={"status": "shipped"}, headers=ADMIN)
    answer = await client.delete(path, headers=ADA)
    assert answer.status_code == 409
    assert answer.json()["code"] == "order_already_shipped"


async def test_history_names_user_of_each_change(
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


async def test_health_names_unreachable_dependencies(client: httpx.AsyncClient) -> None:
    health = (await client.get("/health")).json()
    assert health["status"] == "degraded"
    assert health["checks"]["database"] == "up"
    assert health["checks"]["product-service"] == "down"


async def test_stock_of_cancelled_order_is_released_at_once(
    monkeypatch: pytest.MonkeyPatch, app: FastAPI, database: Database, order: Order
) -> None:
    # It looks for work only when it is woken.
    monkeypatch.setattr("app.main.Worker", partial(Worker, interval=60))

    async def is_tried() -> bool:
        return (await as_stored(database, order.id)).stock_attempts == 1

    async with started(app, token_validator=FakeTokenValidator()) as client:
        await client.delete(f"/orders/{order.id}", headers=ADA)
        await eventually(is_tried)
