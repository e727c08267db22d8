"""Texts of sellers and searches of customers have one form."""

import unicodedata

import httpx
import pytest

from tests.factories import AS_OWNER, offer

JSON = {**AS_OWNER, "Content-Type": "application/json"}
NAME = "Crème-brûlée-Schälchen"
DECOMPOSED = unicodedata.normalize("NFD", NAME)


@pytest.mark.parametrize(("stored", "sought"), [(NAME, DECOMPOSED), (DECOMPOSED, NAME)])
@pytest.mark.parametrize("path", ["/products", "/products/search"])
async def test_name_is_found_in_any_form(
    client: httpx.AsyncClient, path: str, stored: str, sought: str
) -> None:
    product_id = await offer(client, name=stored, category=stored)
    found = (await client.get(path, params={"q": sought})).json()
    assert [(each["id"], each["name"]) for each in found] == [(product_id, NAME)]
    params = {"category": sought}
    in_category = (await client.get("/products", params=params)).json()
    assert [each["id"] for each in in_category] == [product_id]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Lamp\n\nYour payment failed. Pay at …"},
        {"name": "\u200b"},
        {"category": "a\u2028b"},
        {"tags": ["ok", "\u3164"]},
        {"description": "bell\x07"},
    ],
)
async def test_text_that_is_not_one_line_is_refused(
    client: httpx.AsyncClient, wrong: dict[str, object]
) -> None:
    body = {"name": "Lamp", "price": "9.99", **wrong}
    answer = await client.post("/products", json=body, headers=AS_OWNER)
    assert answer.status_code == 422
    (field,) = wrong
    assert answer.json()["errors"][0]["field"].startswith(field)


async def test_empty_text_is_absent_and_clears(client: httpx.AsyncClient) -> None:
    product_id = await offer(client, category="", image_url="", description="a\n\tb")
    path = f"/products/{product_id}"
    made = (await client.get(path)).json()
    assert (made["category"], made["image_url"]) == (None, None)
    assert made["description"] == "a\n\tb"
    answer = await client.patch(path, json={"description": ""}, headers=AS_OWNER)
    assert answer.json()["description"] is None


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("HTTPS://Bücher.example/a b.jpg".replace(" ", "%20"), None),
        ("https://images.example.com", "https://images.example.com/"),
        ("https://x.example/o'hara.jpg", "https://x.example/o%27hara.jpg"),
        (" https://x.example/a.jpg ", "https://x.example/a.jpg"),
    ],
)
async def test_image_url_is_stored_as_checked(
    client: httpx.AsyncClient, given: str, stored: str | None
) -> None:
    product_id = await offer(client, image_url=given)
    found = (await client.get(f"/products/{product_id}")).json()["image_url"]
    assert found == (stored or "https://xn--bcher-kva.example/a%20b.jpg")


@pytest.mark.parametrize(
    "url",
    [
        "ht\ntps://x.example/",
        "https:example.com",
        "https:/example.com",
        "https:\\\\example.com",
        'https://x.example/"><script>',
        "https://x.example/a b",
        "https://x.example/<svg>",
        "java\tscript:alert(1)",
        "ftp://x.example/",
        "//x.example/",
        "https://@x.example/",
    ],
)
async def test_image_url_is_refused(client: httpx.AsyncClient, url: str) -> None:
    body = {"name": "Lamp", "price": "9.99", "image_url": url}
    answer = await client.post("/products", json=body, headers=AS_OWNER)
    assert answer.status_code == 422


async def test_json_numbers_count_by_value(client: httpx.AsyncClient) -> None:
    body = '{"name": "Lamp", "price": 1e2, "quantity": 3.0}'
    answer = await client.post("/products", content=body, headers=JSON)
    assert answer.status_code == 201
    assert (answer.json()["price"], answer.json()["quantity"]) == ("100.00", 3)


@pytest.mark.parametrize(
    "path",
    [
        "/products/1_0",
        "/products/1.0",
        "/products/%2B1",
        "/products/%D9%A1",
        "/inventory/1_0",
        "/products?limit=1_0",
        "/products?skip=%2B1",
        "/products?min_price=%D9%A1",
        "/products?max_price=1e2",
        "/products?limit=2&limit=3",
    ],
)
async def test_number_in_url_has_one_spelling(
    client: httpx.AsyncClient, path: str
) -> None:
    assert (await client.get(path)).status_code == 422


async def test_empty_query_parameter_is_absent(client: httpx.AsyncClient) -> None:
    product_id = await offer(client)
    path = "/products?q=&category=&min_price=&in_stock=&sort=&limit=&cursor=&q=%20"
    assert [each["id"] for each in (await client.get(path)).json()] == [product_id]


async def test_edit_that_changes_nothing_keeps_etag(client: httpx.AsyncClient) -> None:
    path = f"/products/{await offer(client)}"
    before = (await client.get(path)).headers["ETag"]
    same = {"name": "Lamp ", "price": 9.99, "quantity": 10, "tags": []}
    answer = await client.patch(path, json=same, headers=AS_OWNER)
    assert (answer.status_code, answer.headers["ETag"]) == (200, before)
    assert (await client.get(path)).json()["updated_at"] == answer.json()["updated_at"]


async def test_longest_texts_of_commas_are_accepted(client: httpx.AsyncClient) -> None:
    body = {
        "name": "," * 255,
        "price": "9.99",
        "description": "," * 5_000,
        "category": "," * 100,
        "tags": [f"{number:02}{',' * 48}" for number in range(20)],
        "image_url": "https://shop.example/" + "," * 2_000,
    }
    answer = await client.post("/products", json=body, headers=AS_OWNER)
    assert answer.status_code == 201
    assert answer.json()["description"] == body["description"]
