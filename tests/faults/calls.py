"""A call of each operation that succeeds when the platform is healthy."""

import asyncio
import uuid
from typing import Any

from tests.faults.call import Calls, call
from tests.faults.product_calls import calls_of_product_service
from tests.faults.scene import Scene
from tools.client.generated.notification_service import NotificationService
from tools.client.generated.order_service import OrderService
from tools.client.service import Answer, ServiceClient
from tools.client.shop import PASSWORD, Shop, new_account

STREAM = "text/event-stream"


async def calls_of(service: str, shop: Shop, scene: Scene) -> Calls:
    """Returns one call for each operation; no call affects another."""
    match service:
        case "user-service":
            calls = await _of_user_service(shop, scene)
        case "product-service":
            calls = await calls_of_product_service(shop, scene)
        case "order-service":
            calls = _of_order_service(shop, scene)
        case _:
            calls = _of_notification_service(shop, scene)
    return calls | _of_every_service(ServiceClient(shop.client(service)))


def _of_every_service(client: ServiceClient) -> Calls:
    async def get(path: str) -> Answer[Any]:
        return Answer(await client.send("GET", path))

    paths = ("/", "/health", "/health/live", "/health/ready")
    return {f"GET {path}": call(get, path) for path in paths}


async def _of_user_service(shop: Shop, scene: Scene) -> Calls:
    anonymous = shop.services.users
    leaver, changer, quitter, idler = await asyncio.gather(
        *(shop.register() for _ in range(4))
    )
    ada, admin, by_leaver, by_changer, by_quitter = (
        anonymous.signed_in(person.token)
        for person in (scene.ada, scene.admin, leaver, changer, quitter)
    )
    ada_id, metadata = scene.ada.user_id, "/.well-known/oauth-authorization-server"
    return {
        "GET /.well-known/jwks.json": call(anonymous.read_public_keys),
        f"GET {metadata}": call(anonymous.describe_authorization_server),
        "POST /register": call(anonymous.register_user, new_account()),
        "POST /login": call(
            anonymous.log_in, {"username": scene.ada.username, "password": PASSWORD}
        ),
        "POST /logout": call(by_quitter.log_out),
        "POST /refresh": call(
            anonymous.refresh, {"refresh_token": scene.ada.refresh_token}
        ),
        "POST /oauth/token": call(
            anonymous.grant_service_token, shop.grant("order-service")
        ),
        "POST /validate-token": call(
            anonymous.validate_token, {"token": scene.ada.token}
        ),
        "GET /token-changes": call(anonymous.read_token_changes),
        "GET /auth/oidc/providers": call(anonymous.list_providers),
        "GET /auth/oidc/login": call(anonymous.begin_provider_login).ending(
            "404 provider_not_found"
        ),
        "GET /auth/oidc/callback": call(anonymous.finish_provider_login).ending(
            "400 login_state_invalid"
        ),
        "POST /auth/oidc/logout": call(
            anonymous.log_out_of_browser, {"refresh_token": "of no session"}
        ),
        "POST /auth/oidc/backchannel-logout": call(
            anonymous.end_provider_sessions, {"logout_token": "of no provider"}
        ).ending("400 logout_token_invalid"),
        "GET /me": call(ada.read_own_account),
        "PATCH /me": call(ada.change_own_account, {"full_name": "Ada King"}),
        "PUT /me/password": call(
            by_changer.change_own_password,
            {"current_password": PASSWORD, "new_password": PASSWORD[::-1]},
        ),
        "DELETE /me": call(by_leaver.erase_own_account),
        "GET /me/sessions": call(ada.list_own_sessions),
        "DELETE /me/sessions/{sid}": call(
            ada.end_own_session, str(uuid.uuid4())
        ).ending("404 session_not_found"),
        "GET /users": call(admin.list_users),
        "POST /users": call(
            admin.create_user,
            {"username": f"ada-{uuid.uuid4().hex[:10]}", "password": PASSWORD},
        ),
        "GET /users/{user_id}": call(admin.read_user, ada_id),
        "PUT /users/{user_id}": call(
            admin.change_user, ada_id, {"full_name": "Ada King"}
        ),
        "DELETE /users/{user_id}": call(admin.deactivate_user, idler.user_id),
    }


def _of_dead_letters(admin: OrderService | NotificationService) -> Calls:
    path, unknown = "/dead-letters", "404 dead_letter_not_found"
    return {
        f"GET {path}": call(admin.list_dead_letters),
        f"POST {path}/replay": call(admin.replay_dead_letters),
        f"GET {path}/{{letter_id}}": call(admin.read_dead_letter, "none").ending(
            unknown
        ),
        f"POST {path}/{{letter_id}}/replay": call(
            admin.replay_dead_letter, "none"
        ).ending(unknown),
    }


def _of_order_service(shop: Shop, scene: Scene) -> Calls:
    ada = shop.services.orders.signed_in(scene.ada.token)
    admin = shop.services.orders.signed_in(scene.admin.token)
    return _of_dead_letters(admin) | {
        "GET /orders": call(ada.list_orders),
        "POST /orders": call(
            ada.place_order,
            {"items": [{"product_id": scene.lamp, "quantity": 1}]},
            idempotency_key=scene.key,
        ),
        "GET /orders/user/{user_id_or_email}": call(
            ada.list_orders_of_user, str(scene.ada.user_id)
        ),
        "GET /orders/{order_id}": call(ada.get_order, scene.left),
        "GET /orders/{order_id}/events": call(ada.list_order_events, scene.left),
        "DELETE /orders/{order_id}": call(ada.cancel_order, scene.dropped),
        "PUT /orders/{order_id}": call(
            ada.update_order, scene.called_off, {"status": "cancelled"}
        ),
        "PATCH /orders/{order_id}/status": call(
            admin.change_order_status, scene.shipped, {"status": "shipped"}
        ),
    }


def _of_notification_service(shop: Shop, scene: Scene) -> Calls:
    ada = shop.services.notifications.signed_in(scene.ada.token)
    admin = shop.services.notifications.signed_in(scene.admin.token)
    return _of_dead_letters(admin) | {
        "GET /notifications": call(ada.list_notifications),
        "GET /notifications/stream": call(_open_stream, ada),
        "GET /notifications/{notification_id}": call(
            ada.read_notification, scene.notification
        ),
        "POST /notifications/{notification_id}/resend": call(
            admin.resend_notification, scene.notification
        ),
    }


async def _open_stream(client: NotificationService) -> Answer[Any]:
    """Reads no event, because the stream does not end."""
    url, headers = "/notifications/stream", client.headers
    async with client.http.stream("GET", url, headers=headers) as response:
        if not response.headers.get("Content-Type", "").startswith(STREAM):
            await response.aread()
    return Answer(response)
