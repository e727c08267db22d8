"""How each endpoint is called so that it succeeds when all is well."""

import asyncio
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.scene import Scene
from tools.client.shop import PASSWORD, Shop, new_account


@dataclass(frozen=True)
class Call:
    """
    Attributes:
        usual: its status when all is well, where that is not the one that is declared.
    """

    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, object] | None = None
    usual: str | None = None


Calls = dict[str, Call]

OF_EVERY_SERVICE: Calls = {
    f"GET {path}": Call(path)
    for path in ("/", "/health", "/health/live", "/health/ready")
}


async def calls_of(service: str, shop: Shop, scene: Scene) -> Calls:
    """One call for each operation; none gets in another's way."""
    prepare = {
        "user-service": _of_user_service,
        "product-service": _of_product_service,
        "order-service": _of_order_service,
        "notification-service": _of_notification_service,
    }
    return OF_EVERY_SERVICE | await prepare[service](shop, scene)


async def _of_user_service(shop: Shop, scene: Scene) -> Calls:
    ada, admin = scene.ada, scene.admin.headers
    leaver, changer, quitter, idler = await asyncio.gather(
        *(shop.register() for _ in range(4))
    )
    log_in = {"username": ada.username, "password": PASSWORD}
    change = {"current_password": PASSWORD, "new_password": PASSWORD[::-1]}
    name = {"full_name": "Ada King"}
    metadata = "/.well-known/oauth-authorization-server"
    return {
        "GET /.well-known/jwks.json": Call("/.well-known/jwks.json"),
        f"GET {metadata}": Call(metadata),
        "POST /register": Call("/register", json=new_account()),
        "POST /login": Call("/login", form=log_in),
        "POST /logout": Call("/logout", quitter.headers),
        "POST /refresh": Call("/refresh", json={"refresh_token": ada.refresh_token}),
        "POST /oauth/token": Call("/oauth/token", form=shop.grant("order-service")),
        "POST /validate-token": Call("/validate-token", json={"token": ada.token}),
        "GET /me": Call("/me", ada.headers),
        "PATCH /me": Call("/me", ada.headers, name),
        "PUT /me/password": Call("/me/password", changer.headers, change),
        "DELETE /me": Call("/me", leaver.headers),
        "GET /me/sessions": Call("/me/sessions", ada.headers),
        "DELETE /me/sessions/{sid}": Call(
            f"/me/sessions/{uuid.uuid4()}",
            ada.headers,
            usual="404 session_not_found",
        ),
        "GET /users": Call("/users", admin),
        "POST /users": Call("/users", admin, new_account()),
        "GET /users/{user_id}": Call(f"/users/{ada.user_id}", admin),
        "PUT /users/{user_id}": Call(f"/users/{ada.user_id}", admin, name),
        "DELETE /users/{user_id}": Call(f"/users/{idler.user_id}", admin),
    }


async def _of_product_service(shop: Shop, scene: Scene) -> Calls:
    ada = scene.ada.headers
    # Read for the first time, so that the cache has none of it.
    unheard = uuid.uuid4().hex
    product, stock = f"/products/{scene.chair}", f"/inventory/{scene.chair}"
    change = {"quantity": 1, "reason": "count of January"}
    opening = {"product_id": scene.chair, "quantity": 1}
    return {
        "GET /products": Call(f"/products?q={unheard}"),
        "GET /products/search": Call(f"/products/search?q={unheard}"),
        "POST /products": Call("/products", ada, {"name": "Desk", "price": "99.00"}),
        "GET /products/{product_id}": Call(product),
        "PUT /products/{product_id}": Call(product, ada, {"name": "Oak chair"}),
        "PATCH /products/{product_id}": Call(product, ada, {"price": "59.00"}),
        "DELETE /products/{product_id}": Call(f"/products/{scene.stool}", ada),
        # Only products that were imported have none yet.
        "POST /inventory": Call(
            "/inventory", ada, opening, usual="409 stock_record_exists"
        ),
        "GET /inventory/{product_id}": Call(stock),
        "PATCH /inventory/{product_id}": Call(stock, ada, {"low_stock_threshold": 3}),
        "PATCH /inventory/{product_id}/reduce": Call(f"{stock}/reduce", ada, change),
        "PATCH /inventory/{product_id}/restock": Call(f"{stock}/restock", ada, change),
        "GET /inventory/{product_id}/transactions": Call(f"{stock}/transactions", ada),
        **await _of_reservations(shop, scene.chair),
    }


async def _of_reservations(shop: Shop, product_id: int) -> Calls:
    items = {"items": [{"product_id": product_id, "quantity": 1}]}
    # No orders, and none that ever will be.
    first = random.getrandbits(61) + 2**61
    new, held, sold, freed = (f"/reservations/{first + n}" for n in range(4))
    service = await shop.as_service("order-service")
    for path in (held, sold, freed):
        answer = await shop.products.put(path, headers=service, json=items)
        assert answer.status_code == 200, answer.text
    fresh = await shop.as_service("order-service")
    return {
        "PUT /reservations/{order_id}": Call(new, fresh, items),
        "GET /reservations/{order_id}": Call(held, fresh),
        "POST /reservations/{order_id}/commit": Call(f"{sold}/commit", fresh),
        "POST /reservations/{order_id}/release": Call(f"{freed}/release", fresh),
    }


def _of_dead_letters(admin: Mapping[str, str]) -> Calls:
    path, unknown = "/dead-letters", "404 dead_letter_not_found"
    return {
        f"GET {path}": Call(path, admin),
        f"POST {path}/replay": Call(f"{path}/replay", admin),
        f"GET {path}/{{letter_id}}": Call(f"{path}/none", admin, usual=unknown),
        f"POST {path}/{{letter_id}}/replay": Call(
            f"{path}/none/replay", admin, usual=unknown
        ),
    }


async def _of_order_service(_: Shop, scene: Scene) -> Calls:
    ada, admin = scene.ada.headers, scene.admin.headers
    line = {"product_id": scene.lamp, "quantity": 1}
    path = f"/orders/{scene.left}"
    cancelled, shipped = {"status": "cancelled"}, {"status": "shipped"}
    return _of_dead_letters(admin) | {
        "GET /orders": Call("/orders", ada),
        "POST /orders": Call("/orders", ada | {"Idempotency-Key": scene.key}, line),
        "GET /orders/user/{user_id_or_email}": Call(
            f"/orders/user/{scene.ada.user_id}", ada
        ),
        "GET /orders/{order_id}": Call(path, ada),
        "GET /orders/{order_id}/events": Call(f"{path}/events", ada),
        "DELETE /orders/{order_id}": Call(f"/orders/{scene.dropped}", ada),
        "PUT /orders/{order_id}": Call(f"/orders/{scene.called_off}", ada, cancelled),
        "PATCH /orders/{order_id}/status": Call(
            f"/orders/{scene.shipped}/status", admin, shipped
        ),
    }


async def _of_notification_service(_: Shop, scene: Scene) -> Calls:
    ada, admin = scene.ada.headers, scene.admin.headers
    path = f"/notifications/{scene.notification}"
    return _of_dead_letters(admin) | {
        "GET /notifications": Call("/notifications", ada),
        "GET /notifications/stream": Call("/notifications/stream", ada),
        "GET /notifications/{notification_id}": Call(path, ada),
        "POST /notifications/{notification_id}/resend": Call(f"{path}/resend", admin),
    }
