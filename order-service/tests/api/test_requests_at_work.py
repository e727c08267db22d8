"""order-service works on a bounded number of requests at the same time."""

import asyncio

import httpx
import pytest

from app.main import REQUESTS_AT_WORK
from app.models import Order
from chassis._http import admission
from chassis.testing import eventually
from tests.fake_products import FakeProducts
from tests.people import ADA, order_lamps


async def test_request_waits_while_twelve_orders_are_placed(
    client: httpx.AsyncClient,
    products: FakeProducts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_respond = asyncio.Event()

    async def wait(_: Order) -> None:
        await may_respond.wait()

    async def are_reserved(count: int) -> bool:
        return len(products.reserved) == count

    products.before_response = wait
    orders = [
        asyncio.create_task(order_lamps(client)) for _ in range(REQUESTS_AT_WORK - 1)
    ]
    await eventually(lambda: are_reserved(REQUESTS_AT_WORK - 1))
    assert (await client.get("/orders", headers=ADA)).status_code == 200
    orders.append(asyncio.create_task(order_lamps(client)))
    await eventually(lambda: are_reserved(REQUESTS_AT_WORK))
    # The next request gives up its wait soon.
    monkeypatch.setattr(admission, "ANSWER_SECONDS", 0.5)
    rejected = await client.get("/orders", headers=ADA)
    may_respond.set()
    await asyncio.gather(*orders)
    assert rejected.json()["code"] == "overloaded"
