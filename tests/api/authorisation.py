"""The permissions: how each operation of each service answers each actor.

A row says whom an operation is for, its answer to them, and a call that is in order, so
that nothing but the caller decides. `{names}` are filled in by `tests.api.calls`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypedDict, Unpack

from tools.client.shop import PASSWORD


class Actor(StrEnum):
    """The caller. The last three use a former token of an administrator."""

    ANONYMOUS = "anonymous"
    STRANGER = "stranger"
    OWNER = "owner"
    ADMIN = "admin"
    SERVICE = "service"
    EXPIRED = "expired"
    LOGGED_OUT = "logged-out"
    DEACTIVATED = "deactivated"


IDENTIFIED = (Actor.STRANGER, Actor.OWNER, Actor.ADMIN, Actor.SERVICE)
Ends = Literal["caller", "owner"] | None


class Call(TypedDict, total=False):
    """The arguments for httpx, besides the path."""

    json: dict[str, Any]
    data: dict[str, str]
    params: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Row:
    """One operation.

    Attributes:
        ends: whose account or session it ends, where it succeeds.
    """

    answers: Mapping[Actor, int]
    call: Call
    ends: Ends

    @property
    def is_public(self) -> bool:
        return self.answers[Actor.ANONYMOUS] != 401

    def admits(self, actor: Actor) -> bool:
        return self.answers[actor] not in (401, 403, 404)


def public(success: int = 200, **call: Unpack[Call]) -> Row:
    return Row(dict.fromkeys(Actor, success), call, ends=None)


def signed_in(success: int = 200, *, ends: Ends = None, **call: Unpack[Call]) -> Row:
    users = dict.fromkeys((Actor.STRANGER, Actor.OWNER, Actor.ADMIN), success)
    return _guarded(users, call, ends)


def logging_out(success: int) -> Row:
    """It is no error to log out of a session that is over."""
    users = dict.fromkeys(IDENTIFIED[:-1], success)
    over = dict.fromkeys((Actor.LOGGED_OUT, Actor.DEACTIVATED), success)
    return _guarded(users | over, {}, ends="caller")


def owner_only(success: int, **call: Unpack[Call]) -> Row:
    others = dict.fromkeys((Actor.STRANGER, Actor.ADMIN), 404)
    return _guarded({Actor.OWNER: success} | others, call)


def owner_or_admin(
    success: int = 200,
    *,
    stranger: int = 403,
    service: int = 403,
    **call: Unpack[Call],
) -> Row:
    answers = dict.fromkeys((Actor.OWNER, Actor.ADMIN), success)
    others = {Actor.STRANGER: stranger, Actor.SERVICE: service}
    return _guarded(answers | others, call)


def admin(success: int = 200, *, ends: Ends = None, **call: Unpack[Call]) -> Row:
    return _guarded({Actor.ADMIN: success}, call, ends)


def service(success: int = 200, **call: Unpack[Call]) -> Row:
    return _guarded({Actor.SERVICE: success}, call)


def admin_or_service(success: int = 200, **call: Unpack[Call]) -> Row:
    return _guarded({Actor.ADMIN: success, Actor.SERVICE: success}, call)


def _guarded(answers: Mapping[Actor, int], call: Call, ends: Ends = None) -> Row:
    unknown = dict.fromkeys(Actor, 401)
    return Row({**unknown, **dict.fromkeys(IDENTIFIED, 403), **answers}, call, ends)


EVERYWHERE = {
    "GET /": public(),
    "GET /health": public(),
    "GET /health/live": public(),
    "GET /health/ready": public(),
}
_ACCOUNT = {"username": "{new_username}", "password": PASSWORD}
_LAMP = {"name": "Brass lamp", "price": "19.99"}
_LOT = {"quantity": 1, "reason": "counted again"}
_LINE = {"product_id": "{product_id}", "quantity": 1}
# Other moves are for administrators: order-service's own tests tell them apart.
_CANCEL = {"status": "cancelled"}

# None has this id.
_DEAD_LETTERS = {
    "GET /dead-letters": admin(),
    "POST /dead-letters/replay": admin(),
    "GET /dead-letters/{letter_id}": admin(404),
    "POST /dead-letters/{letter_id}/replay": admin(404),
}

TABLE: Mapping[str, Mapping[str, Row]] = {
    "user-service": EVERYWHERE
    | {
        "GET /.well-known/jwks.json": public(),
        "GET /.well-known/oauth-authorization-server": public(),
        "POST /register": public(201, json=_ACCOUNT),
        "POST /login": public(data={"username": "{username}", "password": PASSWORD}),
        "POST /refresh": public(json={"refresh_token": "{refresh_token}"}),
        # Any caller with the secret of a client can act as that client.
        "POST /oauth/token": public(
            data={
                "grant_type": "client_credentials",
                "client_id": "{client_id}",
                "client_secret": "{client_secret}",
            }
        ),
        "POST /validate-token": public(json={"token": "{access_token}"}),
        "GET /token-changes": public(),
        "GET /auth/oidc/providers": public(),
        # There is no provider here, and no log-in has begun.
        "GET /auth/oidc/login": public(404),
        "GET /auth/oidc/callback": public(400),
        "POST /auth/oidc/logout": public(json={"refresh_token": "of no session"}),
        # Any provider whose key has signed the token, and here there is none.
        "POST /auth/oidc/backchannel-logout": public(
            400, data={"logout_token": "of no provider"}
        ),
        "POST /logout": logging_out(204),
        "GET /me": signed_in(),
        "PATCH /me": signed_in(json={"full_name": "Ada King"}),
        "PUT /me/password": signed_in(
            204,
            ends="caller",
            json={"current_password": PASSWORD, "new_password": "battery staple"},
        ),
        "DELETE /me": signed_in(204, ends="caller"),
        "GET /me/sessions": signed_in(),
        "DELETE /me/sessions/{sid}": owner_only(204),
        "GET /users": admin(),
        "POST /users": admin(201, json={**_ACCOUNT, "role": "customer"}),
        "GET /users/{user_id}": admin_or_service(),
        "PUT /users/{user_id}": admin(json={"role": "customer", "is_active": True}),
        "DELETE /users/{user_id}": admin(204, ends="owner"),
    },
    "product-service": EVERYWHERE
    | {
        "GET /products": public(),
        "GET /products/search": public(params={"q": "lamp"}),
        "GET /products/{product_id}": public(),
        "POST /products": signed_in(201, json=_LAMP),
        "PUT /products/{product_id}": owner_or_admin(json=_LAMP),
        "PATCH /products/{product_id}": owner_or_admin(json={"price": "18.99"}),
        "DELETE /products/{product_id}": owner_or_admin(204),
        "GET /inventory/{product_id}": public(),
        "GET /inventory/{product_id}/transactions": owner_or_admin(),
        # Offered products always have a stock record; only imports have none.
        "POST /inventory": owner_or_admin(409, json={"product_id": "{product_id}"}),
        "PATCH /inventory/{product_id}": owner_or_admin(
            json={"low_stock_threshold": 3}
        ),
        "PATCH /inventory/{product_id}/reduce": owner_or_admin(json=_LOT),
        "PATCH /inventory/{product_id}/restock": owner_or_admin(json=_LOT),
        "GET /reservations/{order_id}": service(),
        "PUT /reservations/{order_id}": service(json={"items": [_LINE]}),
        "POST /reservations/{order_id}/commit": service(),
        "POST /reservations/{order_id}/release": service(),
    },
    "order-service": EVERYWHERE
    | _DEAD_LETTERS
    | {
        "GET /orders": signed_in(),
        "POST /orders": signed_in(201, json={"items": [_LINE]}),
        "GET /orders/user/{user_id_or_email}": owner_or_admin(),
        "GET /orders/{order_id}": owner_or_admin(stranger=404, service=404),
        "GET /orders/{order_id}/events": owner_or_admin(stranger=404, service=404),
        "PUT /orders/{order_id}": owner_or_admin(stranger=404, json=_CANCEL),
        "PATCH /orders/{order_id}/status": owner_or_admin(stranger=404, json=_CANCEL),
        "DELETE /orders/{order_id}": owner_or_admin(204, stranger=404),
    },
    "notification-service": EVERYWHERE
    | _DEAD_LETTERS
    | {
        "GET /notifications": signed_in(),
        "GET /notifications/stream": signed_in(),
        "GET /notifications/{notification_id}": owner_or_admin(stranger=404),
        "POST /notifications/{notification_id}/resend": admin(202),
    },
}
