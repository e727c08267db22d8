"""One customer's way through the whole platform."""

import email.policy
from email.message import EmailMessage
from functools import partial

from chassis.testing import eventually
from tests.ended_tokens import all_are_rejected_in_time
from tools.client.shop import Shop
from tools.local.lifecycle import Platform


async def test_customer_orders_cancels_and_logs_out(
    shop: Shop, platform: Platform
) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=5)
    listed = (await shop.products.get("/products")).json()
    assert lamp in [product["id"] for product in listed]

    answer = await shop.order(ada, lamp, quantity=2)
    assert answer.status_code == 201
    order = answer.json()
    assert order["total_amount"] == "39.98"
    assert order["customer_name"] == "Ada Lovelace"
    assert (await shop.stock(lamp))["available"] == 3
    await shop.is_notified_of(ada, order["id"], "order.created")
    await _mail_arrives(platform, ada.username, order["order_number"])

    path = f"/orders/{order['id']}"
    assert (await shop.orders.delete(path, headers=ada.headers)).status_code == 204
    await shop.is_notified_of(ada, order["id"], "order.created", "order.cancelled")
    await shop.is_at_rest(lamp, reserved=0, available=5)

    assert (await shop.users.post("/logout", headers=ada.headers)).status_code == 204
    answer = await shop.users.get("/me", headers=ada.headers)
    assert answer.status_code == 401


async def _mail_arrives(platform: Platform, recipient: str, order_number: str) -> None:
    async def check() -> EmailMessage | None:
        for file in platform.mail_dir.glob("*.eml"):
            text = file.read_bytes()
            mail = email.message_from_bytes(text, policy=email.policy.default)
            if recipient in str(mail["To"]) and order_number in text.decode():
                return mail
        return None

    mail = await eventually(check)
    kinds = {part.get_content_type() for part in mail.walk()}
    assert {"text/plain", "text/html"} <= kinds


async def test_shipping_commits_reserved_stock(shop: Shop) -> None:
    seller, ada = await shop.register(), await shop.register()
    admin = await shop.administrator()
    lamp = await shop.sell(seller, quantity=5)
    order = (await shop.order(ada, lamp, quantity=2)).json()
    path = f"/orders/{order['id']}"
    for status in ("shipped", "delivered"):
        moved = await shop.orders.put(
            path, json={"status": status}, headers=admin.headers
        )
        assert moved.status_code == 200
    assert (await shop.orders.delete(path, headers=ada.headers)).status_code == 409
    await shop.is_notified_of(
        ada, order["id"], "order.created", *["order.status_changed"] * 2
    )
    await shop.is_at_rest(lamp, reserved=0, available=3)
    assert (await shop.stock(lamp))["quantity"] == 3


async def test_token_is_rejected_one_second_after_logout(
    shop: Shop,
) -> None:
    ada = await shop.register()
    seller = await shop.register()
    lamp = await shop.sell(seller, quantity=1)
    requests = [
        partial(shop.orders.get, "/orders", headers=ada.headers),
        partial(shop.notifications.get, "/notifications", headers=ada.headers),
        partial(shop.products.delete, f"/products/{lamp}", headers=ada.headers),
    ]
    for request in requests:
        assert (await request()).status_code in (200, 403)
    await shop.users.post("/logout", headers=ada.headers)
    await all_are_rejected_in_time(requests)


async def test_request_has_one_id_in_all_logs(shop: Shop, platform: Platform) -> None:
    seller, ada = await shop.register(), await shop.register()
    lamp = await shop.sell(seller, quantity=1)
    request_id = f"follow-{ada.username}"
    headers = ada.headers | {"X-Request-ID": request_id}
    body = {"product_id": lamp, "quantity": 1}
    answer = await shop.orders.post("/orders", json=body, headers=headers)
    assert answer.headers["X-Request-ID"] == request_id

    async def in_every_log() -> bool:
        return all(
            request_id in platform.log(service)
            for service in (
                "user-service",
                "product-service",
                "order-service",
                "notification-service",
            )
        )

    await eventually(in_every_log)
