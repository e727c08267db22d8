"""Orders of a user who is given by e-mail address, in different spellings."""

import httpx
import pytest

from app.models import Order
from chassis import Database
from chassis.testing import as_user
from tests.factories import an_order, confirmed

ADMIN = as_user(1, "admin")


async def placed(database: Database, email: str) -> Order:
    order = an_order(user_id=7)
    order.customer_email = email
    return await confirmed(database, order)


@pytest.mark.parametrize(
    ("stored", "requested"),
    [
        ("用户@example.com", "用户@example.com"),
        ("aA@example.com", "a%41@example.com"),
        ("a/b@example.com", "a/b@example.com"),
        ("a/b@example.com", "a%2Fb@example.com"),
        ("z@bücher.example", "z@xn--bcher-kva.example"),
        ("zoë@example.com", "zoe\u0308@EXAMPLE.com"),
    ],
)
async def test_page_link_keeps_requested_path(
    client: httpx.AsyncClient, database: Database, stored: str, requested: str
) -> None:
    ids = [(await placed(database, stored)).id for _ in range(2)]
    path = f"/orders/user/{requested}"
    answer = await client.get(f"{path}?limit=1", headers=ADMIN)
    assert answer.status_code == 200
    next_page = answer.links["next"]["url"]
    sent = answer.request.url.raw_path.decode().partition("?")[0]
    assert next_page.startswith(f"{sent}?")
    following = (await client.get(next_page, headers=ADMIN)).json()
    assert [answer.json()[0]["id"], following[0]["id"]] == ids[::-1]


@pytest.mark.parametrize("path", ["7/", "7/events", "a@example.com/", "/"])
async def test_longer_path_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/orders/user/{path}", headers=ADMIN)
    assert answer.status_code == 404


@pytest.mark.parametrize("order_id", ["1_0", "+1", "%D9%A1", "1.0", "-1"])
async def test_order_id_has_one_spelling(
    client: httpx.AsyncClient, order_id: str
) -> None:
    for method, path in [("DELETE", "/orders/{}"), ("GET", "/orders?user_id={}")]:
        url = path.format(order_id.replace("+", "%2B"))
        answer = await client.request(method, url, headers=ADMIN)
        assert answer.status_code == 422
