"""The client's interpretation of the responses of product-service."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.clients.products import (
    Closed,
    Declined,
    NothingReserved,
    ProductsClient,
    Reservation,
    Reserved,
    Unknown,
)
from app.errors import InsufficientStock, PriceChanged, UnknownProduct
from app.models import Order, PricedItem
from chassis import (
    DomainError,
    PeerFailed,
    ServiceTokens,
)
from chassis.testing import a_peer
from tests.factories import ample_time, an_order

Respond = Callable[[httpx.Request], httpx.Response]


def responding(status: int, body: object = None) -> Respond:
    kind = "application/problem+json" if status >= 400 else "application/json"
    headers = {"Content-Type": kind}
    return lambda _: httpx.Response(status, json=body, headers=headers)


def responding_text(status: int, text: str) -> Respond:
    headers = {"Content-Type": "application/problem+json"}
    return lambda _: httpx.Response(status, text=text, headers=headers)


def failing(error: Exception) -> Respond:
    def respond(_: httpx.Request) -> httpx.Response:
        raise error

    return respond


def granting(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"access_token": "t", "expires_in": 300})


def products_client(respond: Respond, token: Respond = granting) -> ProductsClient:
    users = a_peer(httpx.MockTransport(token))
    tokens = ServiceTokens(users, "order-service", SecretStr("s"))
    return ProductsClient(a_peer(httpx.MockTransport(respond)), tokens)


def order_17() -> Order:
    order = an_order()
    order.id = 17
    return order


async def reserve(
    respond: Respond, token: Respond = granting, agreed: str | None = None
) -> Reservation:
    """Reserves two pieces of product 1."""
    order = order_17()
    order.items[0].agreed_price = None if agreed is None else Decimal(agreed)
    client = products_client(respond, token)
    return await client.reserve(order, ample_time())


async def test_reservation_returns_names_and_prices() -> None:
    item = {"product_id": 1, "name": "Lamp", "quantity": 2, "unit_price": "19.99"}
    assert await reserve(responding(200, {"items": [item]})) == Reserved(
        {1: PricedItem("Lamp", Decimal("19.99"))}
    )


@pytest.mark.parametrize(
    ("respond", "rejection"),
    [
        (responding(404, {"code": "unknown_product"}), UnknownProduct),
        (responding(409, {"code": "insufficient_stock"}), InsufficientStock),
        (responding(409, {"code": "price_changed"}), PriceChanged),
    ],
)
async def test_rejected_reservation_is_declined(
    respond: Respond, rejection: type[Exception]
) -> None:
    reservation = await reserve(respond)
    assert isinstance(reservation, Declined)
    assert isinstance(reservation.rejection, rejection)


async def test_reservation_of_settled_order_is_closed() -> None:
    released = responding(409, {"code": "reservation_released"})
    assert await reserve(released) == Closed()


@pytest.mark.parametrize(
    "respond",
    [
        responding(422, {"code": "invalid_request"}),
        responding(401, {"code": "not_authenticated"}),
        responding(200, {"items": [{}]}),
        responding(200, []),
        responding(200, {"items": []}),
        responding_text(200, "gone"),
        responding(409, []),
        responding(409, {"code": "reservation_differs"}),
        responding(409, {"code": "insufficient_stock", "items": ["?"]}),
        responding_text(409, "gone"),
        lambda _: httpx.Response(429, text="slow down"),
        responding(503),
        failing(httpx.ConnectError("refused")),
        failing(httpx.PoolTimeout("busy")),
    ],
)
async def test_failed_reservation_reserves_nothing(respond: Respond) -> None:
    assert await reserve(respond) == NothingReserved()


@pytest.mark.parametrize(
    "error", [httpx.ReadTimeout("silent"), httpx.RemoteProtocolError("died")]
)
async def test_unanswered_reservation_is_unknown(error: Exception) -> None:
    assert await reserve(failing(error)) == Unknown()


async def declined(body: object) -> DomainError:
    reservation = await reserve(responding(409, body))
    assert isinstance(reservation, Declined)
    return reservation.rejection


async def test_rejection_names_each_item() -> None:
    short = {"product_id": 1, "code": "insufficient_stock", "available": 1}
    priced = {"product_id": 2, "code": "price_changed", "unit_price": "9.00"}
    body = {"code": "insufficient_stock", "detail": "too few", "items": [short, priced]}
    rejection = await declined(body)
    assert isinstance(rejection, InsufficientStock)
    assert rejection.context == {"items": [short, priced]}


async def test_rejection_of_single_item_has_its_fields() -> None:
    item = {"product_id": 1, "code": "price_changed", "unit_price": "9.00"}
    body = {"code": "price_changed", "detail": "now 9.00", "items": [item]}
    rejection = await declined(body)
    assert isinstance(rejection, PriceChanged)
    assert rejection.context == {
        "items": [item],
        "product_id": 1,
        "unit_price": "9.00",
    }


async def test_agreed_price_is_sent_with_its_item() -> None:
    sent: list[Any] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        item = {"product_id": 1, "name": "Lamp", "quantity": 2, "unit_price": "9.9"}
        return httpx.Response(200, json={"items": [item]})

    await reserve(respond, agreed="9.90")
    wanted = {"product_id": 1, "quantity": 2, "unit_price": "9.90"}
    assert sent == [{"items": [wanted]}]


async def test_reservation_at_unagreed_price_fails() -> None:
    item = {"product_id": 1, "name": "Lamp", "quantity": 2, "unit_price": "9.91"}
    respond = responding(200, {"items": [item]})
    assert await reserve(respond, agreed="9.90") == NothingReserved()


@pytest.mark.parametrize(
    "token", [failing(httpx.ReadTimeout("silent")), responding(401), responding(503)]
)
async def test_nothing_is_sent_without_token(token: Respond) -> None:
    sent: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"items": []})

    assert await reserve(respond, token) == NothingReserved()
    assert sent == []


async def test_rejected_release_raises_error() -> None:
    with pytest.raises(PeerFailed):
        await products_client(responding(409, {})).release(17)
