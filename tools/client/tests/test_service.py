"""The base of the generated clients, against a service that answers from a list."""

import json

import httpx
import pytest

from tools.client.generated.order_service import OrderService
from tools.client.service import UnexpectedAnswer

ORDER = {"id": 7, "status": "confirmed"}


class Recorder(httpx.AsyncBaseTransport):
    """Records each request and returns the next of the given responses."""

    def __init__(self, *responses: httpx.Response) -> None:
        self._responses = list(responses)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._responses.pop(0)


def orders_of(service: Recorder) -> OrderService:
    http = httpx.AsyncClient(transport=service, base_url="http://orders.test")
    return OrderService(http)


async def test_operation_sends_path_body_and_headers() -> None:
    service = Recorder(httpx.Response(201, json=ORDER))
    orders = orders_of(service).signed_in("a-token")
    placed = await orders.place_order(
        {"items": [{"product_id": 1, "quantity": 2}]}, idempotency_key="a-key"
    )
    assert placed.expect(201)["status"] == "confirmed"
    [request] = service.requests
    assert (request.method, request.url.path) == ("POST", "/orders")
    assert request.headers["Authorization"] == "Bearer a-token"
    assert request.headers["Idempotency-Key"] == "a-key"
    assert json.loads(request.content) == {"items": [{"product_id": 1, "quantity": 2}]}


async def test_operation_omits_parameters_that_are_none() -> None:
    service = Recorder(httpx.Response(200, json=[]), httpx.Response(201, json=ORDER))
    orders = orders_of(service)
    await orders.list_orders(limit=5)
    await orders.place_order({"items": []})
    assert service.requests[0].url.query == b"limit=5"
    assert "Idempotency-Key" not in service.requests[1].headers


async def test_text_is_one_segment_of_the_path() -> None:
    service = Recorder(httpx.Response(200, json=[]))
    await orders_of(service).list_orders_of_user("a/b?c%41@example.com")
    assert (
        service.requests[0].url.raw_path == b"/orders/user/a%2Fb%3Fc%2541@example.com"
    )


async def test_unexpected_status_is_raised_with_the_answer() -> None:
    service = Recorder(httpx.Response(404, text="no such order"))
    answer = await orders_of(service).get_order(7)
    with pytest.raises(UnexpectedAnswer, match=r"/orders/7 .* with 404: no such order"):
        answer.expect(200)


async def test_every_follows_links_to_the_last_page() -> None:
    link = {"Link": '</orders?cursor=abc>; rel="next"'}
    service = Recorder(
        httpx.Response(200, json=[{"id": 3}, {"id": 2}], headers=link),
        httpx.Response(200, json=[{"id": 1}]),
    )
    orders = orders_of(service).signed_in("a-token")
    first = await orders.list_orders()
    assert [order["id"] async for order in orders.every(first)] == [3, 2, 1]
    assert service.requests[1].url.query == b"cursor=abc"
    assert service.requests[1].headers["Authorization"] == "Bearer a-token"


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ({"json": {"code": "not_now"}, "type": "application/problem+json"}, True),
        ({"json": {"code": "other"}, "type": "application/problem+json"}, False),
        ({"json": {"code": "not_now"}, "type": "application/json"}, False),
        ({"text": "<h1>Bad gateway</h1>", "type": "text/html"}, False),
    ],
)
async def test_problem_is_recognized_by_type_and_code(
    response: dict[str, str], expected: bool
) -> None:
    headers = {"Content-Type": response.pop("type")}
    service = Recorder(httpx.Response(503, headers=headers, **response))  # type: ignore[arg-type]
    answer = await orders_of(service).get_order(7)
    assert answer.is_problem("not_now") is expected
