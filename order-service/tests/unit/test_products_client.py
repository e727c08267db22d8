"""What the answers of product-service mean to an order."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.clients.products import ProductsClient, ReservationRefused
from app.models import Order, PricedItem
from app.models.errors import InsufficientStock, PriceChanged, UnknownProduct
from chassis import PeerFailed, PeerSilent, PeerUnreachable, ServiceTokens
from chassis.testing import a_peer
from tests.factories import an_order

Answer = Callable[[httpx.Request], httpx.Response]


def answering(status: int, body: object = None) -> Answer:
    kind = "application/problem+json" if status >= 400 else "application/json"
    headers = {"Content-Type": kind}
    return lambda _: httpx.Response(status, json=body, headers=headers)


def answering_text(status: int, text: str) -> Answer:
    headers = {"Content-Type": "application/problem+json"}
    return lambda _: httpx.Response(status, text=text, headers=headers)


def failing(error: Exception) -> Answer:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


def granting(_: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"access_token": "t", "expires_in": 300})


def products_client(answer: Answer, token: Answer = granting) -> ProductsClient:
    users = a_peer(httpx.MockTransport(token))
    tokens = ServiceTokens(users, "order-service", SecretStr("s"))
    return ProductsClient(a_peer(httpx.MockTransport(answer)), tokens)


def order_17() -> Order:
    order = an_order()
    order.id = 17
    return order


async def test_a_reservation_names_and_prices_the_items() -> None:
    item = {"product_id": 1, "name": "Lamp", "quantity": 2, "unit_price": "19.99"}
    client = products_client(answering(200, {"items": [item]}))
    assert await client.reserve(order_17(), 1.0) == {
        1: PricedItem("Lamp", Decimal("19.99"))
    }


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (answering(404, {"code": "unknown_product"}), UnknownProduct),
        (answering(409, {"code": "insufficient_stock"}), InsufficientStock),
        (answering(409, {"code": "price_changed"}), PriceChanged),
        (answering(409, {"code": "reservation_released"}), ReservationRefused),
        (answering(422, {"code": "invalid_request"}), PeerFailed),
        (answering(401, {"code": "not_authenticated"}), PeerFailed),
        (answering(200, {"items": [{}]}), PeerFailed),
        (answering(200, []), PeerFailed),
        (answering(200, {"items": []}), PeerFailed),
        (answering_text(200, "gone"), PeerFailed),
        (answering(409, []), PeerFailed),
        (answering(409, {"code": "insufficient_stock", "items": ["?"]}), PeerFailed),
        (answering_text(409, "gone"), PeerFailed),
        (lambda _: httpx.Response(429, text="slow down"), PeerFailed),
        (answering(503), PeerFailed),
        (failing(httpx.ConnectError("refused")), PeerUnreachable),
        (failing(httpx.PoolTimeout("busy")), PeerUnreachable),
        (failing(httpx.ReadTimeout("silent")), PeerSilent),
        (failing(httpx.RemoteProtocolError("died")), PeerSilent),
    ],
)
async def test_a_reservation_fails(answer: Answer, error: type[Exception]) -> None:
    with pytest.raises(error):
        await products_client(answer).reserve(order_17(), 1.0)


async def test_rejection_names_each_item() -> None:
    short = {"product_id": 1, "code": "insufficient_stock", "available": 1}
    priced = {"product_id": 2, "code": "price_changed", "unit_price": "9.00"}
    body = {"code": "insufficient_stock", "detail": "too few", "items": [short, priced]}
    with pytest.raises(InsufficientStock) as rejection:
        await products_client(answering(409, body)).reserve(order_17(), 1.0)
    assert rejection.value.context == {"items": [short, priced]}


async def test_rejection_of_one_item_has_its_facts_on_top() -> None:
    item = {"product_id": 1, "code": "price_changed", "unit_price": "9.00"}
    body = {"code": "price_changed", "detail": "now 9.00", "items": [item]}
    with pytest.raises(PriceChanged) as rejection:
        await products_client(answering(409, body)).reserve(order_17(), 1.0)
    assert rejection.value.context == {
        "items": [item],
        "product_id": 1,
        "unit_price": "9.00",
    }


async def test_agreed_price_is_sent_with_its_item() -> None:
    sent: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        item = {"product_id": 1, "name": "Lamp", "quantity": 2, "unit_price": "9.9"}
        return httpx.Response(200, json={"items": [item]})

    order = order_17()
    order.items[0].agreed_price = Decimal("9.90")
    await products_client(answer).reserve(order, 1.0)
    wanted = {"product_id": 1, "quantity": 2, "unit_price": "9.90"}
    assert sent == [{"items": [wanted]}]


async def test_reservation_at_another_price_than_agreed_is_a_failure() -> None:
    item = {"product_id": 1, "name": "Lamp", "quantity": 2, "unit_price": "9.91"}
    order = order_17()
    order.items[0].agreed_price = Decimal("9.90")
    with pytest.raises(PeerFailed):
        await products_client(answering(200, {"items": [item]})).reserve(order, 1.0)


@pytest.mark.parametrize(
    "token", [failing(httpx.ReadTimeout("silent")), answering(401), answering(503)]
)
async def test_without_a_token_nothing_is_sent(token: Answer) -> None:
    client = products_client(answering(200, {"items": []}), token)
    with pytest.raises(PeerUnreachable):
        await client.reserve(order_17(), 1.0)


async def test_a_refused_token_is_replaced_and_nobody_notices() -> None:
    tokens: list[str] = []

    def grant(_: httpx.Request) -> httpx.Response:
        tokens.append(f"t{len(tokens)}")
        return httpx.Response(200, json={"access_token": tokens[-1], "expires_in": 300})

    def answer(request: httpx.Request) -> httpx.Response:
        known = request.headers["Authorization"] == "Bearer t1"
        return httpx.Response(200 if known else 401, json={})

    client = products_client(answer, grant)
    await client.release(17)
    await client.commit(17)
    assert tokens == ["t0", "t1"]


async def test_a_release_that_is_refused_is_not_taken_for_done() -> None:
    with pytest.raises(PeerFailed):
        await products_client(answering(409, {})).release(17)
