"""Two replicas of each service, used at once: what one knows, the other knows."""

import asyncio
import json
import uuid
from collections.abc import Awaitable
from functools import partial

import httpx

from chassis.testing import eventually
from tests.ended_tokens import all_are_rejected_in_time
from tests.replicas import Replicas
from tools.client.shop import PASSWORD, Shop
from tools.local.lifecycle import Platform


async def test_customer_of_one_replica_orders_at_the_other(
    shop: Shop, other: Shop
) -> None:
    seller, ada = await shop.register(), await other.register()
    lamp = await other.sell(seller, quantity=5)
    ada = await shop.log_in(ada.user_id, ada.username, PASSWORD)
    order = (await other.order(ada, lamp, quantity=2)).json()
    assert (await shop.order_of(ada, order["id"]))["status"] == "confirmed"
    await shop.is_notified_of(ada, order["id"], "order.created")
    path = f"/orders/{order['id']}"
    assert (await shop.orders.delete(path, headers=ada.headers)).status_code == 204
    await other.is_notified_of(ada, order["id"], "order.created", "order.cancelled")
    await other.is_at_rest(lamp, reserved=0, available=5)


async def test_logout_ends_token_at_other_replicas(shop: Shop, other: Shop) -> None:
    ada = await shop.register()
    requests = [
        partial(client.get, path, headers=ada.headers)
        for client, path in (
            (other.users, "/me"),
            (other.orders, "/orders"),
            (other.notifications, "/notifications"),
            (other.products, "/products?owner=me"),
        )
    ]
    for request in requests:
        assert (await request()).status_code == 200
    assert (await shop.users.post("/logout", headers=ada.headers)).status_code == 204
    await all_are_rejected_in_time(requests)


async def test_failed_logins_are_counted_across_replicas(
    shop: Shop, other: Shop
) -> None:
    form = {"username": f"ada-{uuid.uuid4().hex}", "password": "wrong"}
    for _ in range(10):
        answer = await shop.users.post("/login", data=form)
        assert answer.status_code == 401
    tries = 0

    async def is_throttled() -> bool:
        nonlocal tries
        tries += 1
        answer = await other.users.post("/login", data=form)
        return answer.status_code == 429 and "Retry-After" in answer.headers

    await eventually(is_throttled)
    # A count of its own would take ten.
    assert tries < 10


async def test_refresh_token_is_spent_at_every_replica(shop: Shop, other: Shop) -> None:
    ada = await shop.register()
    spent = {"refresh_token": ada.refresh_token}
    pairs = []
    for replica in (shop, other, shop, other, shop, other):
        answer = await replica.users.post("/refresh", json=spent)
        assert answer.status_code == 200, answer.text
        pairs.append(answer.json())
    # The spent one has been presented five times; now the family is revoked.
    assert (await shop.users.post("/refresh", json=spent)).status_code == 401
    for pair in pairs:
        newer = {"refresh_token": pair["refresh_token"]}
        assert (await other.users.post("/refresh", json=newer)).status_code == 401


async def twins(*requests: Awaitable[httpx.Response]) -> set[int]:
    """The ids in the answers to requests with one key; some may be in progress."""
    answers = await asyncio.gather(*requests)
    assert {answer.status_code for answer in answers} <= {200, 201, 202, 409}
    return {answer.json()["id"] for answer in answers if answer.status_code < 300}


async def test_twins_at_two_replicas_are_one_request(shop: Shop, other: Shop) -> None:
    seller, ada = await shop.register(), await shop.register()
    both, key = (shop, other) * 5, uuid.uuid4().hex
    headers = seller.headers | {"Idempotency-Key": key}
    offer = {"name": "Brass lamp", "price": "19.99", "quantity": 10}
    offers = (s.products.post("/products", json=offer, headers=headers) for s in both)
    [lamp] = await twins(*offers)
    [order] = await twins(*(s.order(ada, lamp, key=key) for s in both))
    await shop.is_notified_of(ada, order, "order.created")
    restock = {"quantity": 7, "reason": "delivery"}
    path = f"/inventory/{lamp}/restock"
    answers = await asyncio.gather(
        *(s.products.patch(path, json=restock, headers=headers) for s in both)
    )
    assert {answer.status_code for answer in answers} <= {200, 409}
    await other.is_at_rest(lamp, reserved=1, available=16)


async def test_change_reaches_copies_of_other_replica(shop: Shop, other: Shop) -> None:
    seller = await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    path = f"/products/{lamp}"
    for number, (here, there) in enumerate([(shop, other), (other, shop)] * 5):
        assert {(await s.products.get(path)).status_code for s in (here, there)} == {
            200
        }
        name = {"name": f"Lamp {number}"}
        changed = await here.products.patch(path, json=name, headers=seller.headers)
        assert changed.status_code == 200
        assert (await here.products.get(path)).json()["name"] == name["name"]

        async def is_seen(at: Shop = there, new: str = name["name"]) -> bool:
            return bool((await at.products.get(path)).json()["name"] == new)

        await eventually(is_seen, within=5)


async def test_last_piece_is_sold_once_across_replicas(shop: Shop, other: Shop) -> None:
    seller, crowd = await shop.register(), await shop.register()
    lamps = [await shop.sell(seller, quantity=1) for _ in range(10)]
    answers = await asyncio.gather(
        *(s.buy(crowd, lamp) for lamp in lamps for s in (shop, other) * 2)
    )
    assert set(answers) <= {201, 202, 409}

    async def are_settled() -> bool:
        return not (await other.statuses(crowd))["pending"]

    await eventually(are_settled, within=60, every=0.5)
    for lamp in lamps:
        stock = await other.stock(lamp)
        assert stock["reserved"] + stock["available"] == 1
    # A piece may be free again that was held for an order which was then refused.
    for lamp in lamps:
        await other.buy(crowd, lamp)
    await eventually(are_settled, within=60, every=0.5)
    for lamp in lamps:
        await other.is_at_rest(lamp, reserved=1, available=0)
    assert (await shop.statuses(crowd))["confirmed"] == len(lamps)


async def test_each_order_is_notified_once_by_both_consumers(
    shop: Shop, other: Shop, platform: Platform, replicas: Replicas
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=1000)
    placed: list[int] = []
    logs = (
        partial(platform.log, "notification-service"),
        partial(replicas.log, "notification-service"),
    )
    before = [log().count("event_processed") for log in logs]

    async def both_have_processed() -> bool:
        answers = await asyncio.gather(*(s.order(ada, lamp) for s in (shop, other) * 5))
        assert {answer.status_code for answer in answers} <= {201, 202, 503}
        placed.extend(a.json()["id"] for a in answers if a.status_code != 503)
        now = [log().count("event_processed") for log in logs]
        return all(then < count for then, count in zip(before, now, strict=True))

    await eventually(both_have_processed, within=60)
    await shop.are_notified_of(ada, placed, "order.created")


async def test_promised_orders_are_settled_once_by_either_recovery(
    shop: Shop, other: Shop, platform: Platform, replicas: Replicas
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=100)
    with platform.paused("product-service"), replicas.paused("product-service"):
        answers = await asyncio.gather(*(s.order(ada, lamp) for s in (shop, other) * 3))
    assert {answer.status_code for answer in answers} <= {202, 503}
    placed = [a.json()["id"] for a in answers if a.status_code == 202]
    assert placed
    await other.are_notified_of(ada, placed, "order.created")
    await shop.is_at_rest(lamp, len(placed), 100 - len(placed))


async def test_sales_at_two_replicas_notify_seller_once(
    shop: Shop, other: Shop
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=10)
    threshold = await other.products.patch(
        f"/inventory/{lamp}", json={"low_stock_threshold": 9}, headers=seller.headers
    )
    assert threshold.status_code == 200, threshold.text
    await asyncio.gather(*(s.buy(ada, lamp) for s in (shop, other) * 2))

    path = "/notifications"

    async def alerts() -> int:
        found = await other.notifications.get(path, headers=seller.headers)
        return [row["event_type"] for row in found.json()].count("inventory.low")

    assert await eventually(alerts, within=30) == 1
    # A second one would have been sent before this order is notified.
    order = (await shop.order(ada, lamp)).json()
    await other.is_notified_of(ada, order["id"], "order.created")
    assert await alerts() == 1


async def test_stream_shows_notification_sent_by_other_replica(
    shop: Shop, other: Shop
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=100)
    stream = other.notifications.stream(
        "GET", "/notifications/stream", headers=ada.headers
    )
    async with stream as answer, asyncio.timeout(60):
        # Some of them are sent by either.
        orders = {(await shop.order(ada, lamp)).json()["id"] for _ in range(6)}
        async for line in answer.aiter_lines():
            if line.startswith("data:"):
                orders.discard(json.loads(line.removeprefix("data:"))["order_id"])
            if not orders:
                break
