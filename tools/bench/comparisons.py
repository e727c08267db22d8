"""The comparisons: requests to the platform, and the yardstick of each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tools.bench.explaining import Section
from tools.bench.journeys import Journeys
from tools.bench.wrk import Request

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Comparison:
    """
    Attributes:
        service: where the requests go; the CPU of all services counts.
        yardstick: a module of `tools.bench.yardsticks`.
        target: the ratio of ours to the yardstick's that is good enough.
        base: requests whose cost is subtracted: what is compared is what ours add.
        settles: whether the requests set off work that counts too.
        seconds: how long a turn of ours takes; None is as long as other turns.
        explained: says why the target is missed, if it is.
    """

    name: str
    service: str
    requests: Sequence[Request]
    yardstick: str
    target: float
    yardstick_requests: Sequence[Request] = (Request(),)
    base: Sequence[Request] = ()
    settles: bool = False
    seconds: int | None = None
    explained: Section | None = None


def comparisons(journeys: Journeys, tokens: Sequence[str]) -> Sequence[Comparison]:
    products = journeys.products
    customer = journeys.customer.token
    offer = _post("/products", {"name": "Brass lamp", "price": "19.99", "quantity": 5})
    return [
        Comparison(
            "GET /products/{id}, cached",
            "product-service",
            [Request(f"/products/{each}") for each in products],
            "fixed_model",
            2,
            explained=Section.ANY_REQUEST,
        ),
        Comparison(
            "GET /products?limit=20, cached",
            "product-service",
            [Request("/products?limit=20")],
            "fixed_bytes",
            2,
            explained=Section.ANY_REQUEST,
        ),
        Comparison(
            "POST /validate-token",
            "user-service",
            [_post("/validate-token", {"token": each}) for each in tokens],
            "fixed_model",
            3,
            explained=Section.ANY_REQUEST,
        ),
        Comparison(
            "authentication, 1,000 tokens",
            "order-service",
            [signed(Request("/orders?limit=1"), each) for each in tokens],
            "fixed_model",
            1,
            # No read outside of user-service works with and without a token. One token
            # stays validated, so that its reads cost a hit of the cache, which is 1 µs.
            base=[signed(Request("/orders?limit=1"), tokens[0])],
            # Each token is validated again after 30 s of use. In turns of a few
            # seconds, with breaks between them, it would be in every third turn.
            seconds=30,
            explained=Section.ANY_REQUEST,
        ),
        Comparison(
            "GET /orders?limit=50, own",
            "order-service",
            [signed(Request("/orders?limit=50"), customer)],
            "selected_orders",
            4,
        ),
        Comparison(
            "POST /products",
            "product-service",
            [signed(offer, customer)],
            "one_insert",
            4,
            [_post("/", {"name": "Brass lamp", "price": "19.99", "quantity": 5})],
            explained=Section.NEW_PRODUCT,
        ),
        Comparison(
            "POST /orders, all of it",
            "order-service",
            [signed(order_of(each), customer) for each in products],
            "one_transaction",
            10,
            [order_of(each, "/") for each in range(1, 41)],
            settles=True,
            explained=Section.ORDER,
        ),
    ]


def order_of(product_id: int, path: str = "/orders") -> Request:
    return _post(path, {"product_id": product_id, "quantity": 1})


def _post(path: str, body: Mapping[str, object]) -> Request:
    return Request(path, "POST", JSON, json.dumps(body))


def signed(request: Request, token: str) -> Request:
    headers = {**request.headers, "Authorization": f"Bearer {token}"}
    return replace(request, headers=headers)
