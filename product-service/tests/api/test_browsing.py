"""Narrowing, sorting and searching the catalogue."""

from typing import Any

import httpx
import pytest

from tests.factories import AS_OWNER, offer, reserve

ORDERS = ["newest", "price", "-price", "name", "-name"]


async def listed(
    client: httpx.AsyncClient, path: str = "/products", **params: Any
) -> list[str]:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    return [product["name"] for product in answer.json()]


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> httpx.AsyncClient:
    lamp = await offer(
        client,
        name="Desk lamp",
        price="49.90",
        category="lighting",
        tags=["Brass"],
        description="With a green shade.",
        quantity=1,
    )
    await offer(client, name="chair", price="120.00", category="seating")
    await offer(client, name="Lantern", price="9.99", category="lighting")
    await offer(client, name="100% wool_blanket", price="49.90")
    await reserve(client, 17, {lamp: 1})
    return client


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"category": "lighting"}, ["Lantern", "Desk lamp"]),
        ({"in_stock": False}, ["Desk lamp"]),
        ({"in_stock": True, "category": "lighting"}, ["Lantern"]),
        ({"min_price": "49.90"}, ["100% wool_blanket", "chair", "Desk lamp"]),
        ({"max_price": "49.90", "min_price": 10}, ["100% wool_blanket", "Desk lamp"]),
        ({"min_price": 50, "max_price": 40}, []),
        ({"q": "shades"}, ["Desk lamp"]),
        ({"q": "brass"}, ["Desk lamp"]),
        ({"q": "LAMPS"}, ["Desk lamp"]),
        ({"q": "anter"}, ["Lantern"]),
        ({"q": "%"}, ["100% wool_blanket"]),
        ({"q": "l_b"}, ["100% wool_blanket"]),
        ({"q": "d_s"}, []),
        ({"q": "lighting", "max_price": 10}, ["Lantern"]),
        ({"q": " ", "max_price": 10}, ["Lantern"]),
    ],
)
async def test_catalogue_can_be_filtered(
    shop: httpx.AsyncClient, wanted: dict[str, Any], names: list[str]
) -> None:
    assert await listed(shop, **wanted) == names


async def test_catalogue_can_be_sorted(shop: httpx.AsyncClient) -> None:
    newest = ["100% wool_blanket", "Lantern", "chair", "Desk lamp"]
    cheapest = ["Lantern", "Desk lamp", "100% wool_blanket", "chair"]
    by_name = ["100% wool_blanket", "chair", "Desk lamp", "Lantern"]
    assert await listed(shop) == newest
    assert await listed(shop, sort="newest") == newest
    assert await listed(shop, sort="price") == cheapest
    assert await listed(shop, sort="-price") == cheapest[::-1]
    assert await listed(shop, sort="name") == by_name
    assert await listed(shop, sort="-name") == by_name[::-1]


@pytest.mark.parametrize("sort", ORDERS)
async def test_cursors_lead_through_every_order(
    shop: httpx.AsyncClient, sort: str
) -> None:
    names: list[str] = []
    url = f"/products?sort={sort}&limit=1"
    while True:
        page = await shop.get(url)
        assert page.headers["X-Total-Count"] == "4"
        names += [product["name"] for product in page.json()]
        if "next" not in page.links:
            break
        url = page.links["next"]["url"]
    assert names == await listed(shop, sort=sort)


@pytest.mark.parametrize("taken", ORDERS)
async def test_cursor_of_another_sort_is_refused(
    shop: httpx.AsyncClient, taken: str
) -> None:
    page = await shop.get("/products", params={"sort": taken, "limit": 1})
    cursor = httpx.URL(page.links["next"]["url"]).params["cursor"]
    for used in ORDERS:
        answer = await shop.get("/products", params={"sort": used, "cursor": cursor})
        assert answer.status_code == (200 if taken == used else 422)


async def test_link_repeats_filters_of_its_own_request(
    shop: httpx.AsyncClient,
) -> None:
    await shop.get("/products?limit=1&mark=theirs")
    page = await shop.get("/products?limit=1&mark=mine")
    assert "mark=mine" in page.links["next"]["url"]


@pytest.mark.parametrize(
    ("q", "best"),
    [
        ("lamp", "Desk lamp"),
        ("lamps", "Desk lamp"),
        ("dsek lamp", "Desk lamp"),
        ("lampp", "Desk lamp"),
        ("lantren", "Lantern"),
        ("blankt", "100% wool_blanket"),
        ("green shade", "Desk lamp"),
        ("lamp & | ! <-> :* '", "Desk lamp"),
        ('lantern "', "Lantern"),
        ("%", "100% wool_blanket"),
        ("_", "100% wool_blanket"),
    ],
)
async def test_search_ranks_matches_and_forgives_typos(
    shop: httpx.AsyncClient, q: str, best: str
) -> None:
    assert (await listed(shop, "/products/search", q=q))[0] == best


@pytest.mark.parametrize(
    "q",
    [
        "%%%",
        "\\",
        "'",
        '"',
        "&",
        "!!",
        "<->",
        "(",
        "-",
        ":*",
        "the",
        "x" * 200,
    ],
)
async def test_search_accepts_punctuation(shop: httpx.AsyncClient, q: str) -> None:
    assert await listed(shop, "/products/search", q=q) == []


@pytest.mark.parametrize("q", ["lamp", "lampp"])
async def test_search_pages_ignore_later_changes(
    client: httpx.AsyncClient, q: str
) -> None:
    for number in range(3):
        await offer(client, name=f"Lamp {number}")
    first = await client.get("/products/search", params={"q": q, "limit": 2})
    assert first.headers["X-Total-Count"] == "3"
    await offer(client, name="Lamp 3")
    second = await client.get(first.links["next"]["url"])
    names = [product["name"] for product in first.json() + second.json()]
    assert names == ["Lamp 2", "Lamp 1", "Lamp 0"]
    assert "next" not in second.links


async def test_withdrawn_product_is_not_found(client: httpx.AsyncClient) -> None:
    product_id = await offer(client, name="Lamp")
    assert await listed(client, "/products/search", q="lamp") == ["Lamp"]
    await client.delete(f"/products/{product_id}", headers=AS_OWNER)
    assert await listed(client, "/products/search", q="lamp") == []


@pytest.mark.parametrize(
    "path",
    [
        "/products?sort=cheapest",
        "/products?min_price=-1",
        "/products?min_price=NaN",
        "/products?min_price=1.001",
        "/products?max_price=1e99",
        "/products?max_price=100000000",
        "/products?q=" + "x" * 201,
        "/products?sort=price&cursor=nonsense",
        "/products/search",
        "/products/search?q=",
        "/products/search?q=%20",
        "/products/search?q=" + "x" * 201,
        "/products/search?q=lamp&limit=0",
        "/products/search?q=lamp&skip=2147483648",
    ],
)
async def test_invalid_query_is_refused(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
