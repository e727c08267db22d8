"""Browsing the catalogue, and offering, changing and withdrawing products."""

import httpx
import pytest

from tests.factories import AS_ADMIN, AS_OWNER, AS_SERVICE, AS_STRANGER, offer, reserve

LAMP = {"name": "Lamp", "price": "9.99"}


async def test_location_leads_to_new_product(
    client: httpx.AsyncClient,
) -> None:
    body = {**LAMP, "price": 49.9, "image_url": "https://images.example.com/lamp.jpg"}
    answer = await client.post("/products", json=body, headers=AS_OWNER)
    assert answer.status_code == 201
    found = await client.get(answer.headers["Location"])
    assert found.json() == answer.json()
    assert found.json()["price"] == "49.90"
    assert (found.json()["quantity"], found.json()["tags"]) == (0, [])


async def test_image_url_accepts_inline_picture(
    client: httpx.AsyncClient,
) -> None:
    picture = "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E"
    product_id = await offer(client, image_url=picture)
    found = await client.get(f"/products/{product_id}")
    assert found.json()["image_url"] == picture


async def test_creation_needs_signed_in_user(client: httpx.AsyncClient) -> None:
    assert (await client.post("/products", json=LAMP)).status_code == 401
    as_service = await client.post("/products", json=LAMP, headers=AS_SERVICE)
    assert as_service.status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 256},
        {"name": None},
        {"price": "0.00"},
        {"price": "1.001"},
        {"price": "100000000.00"},
        {"price": "NaN"},
        {"price": True},
        {"quantity": -1},
        {"quantity": 2**31},
        {"quantity": None},
        {"category": "\u3164"},
        {"tags": ["t"] * 21},
        {"tags": ["t" * 51]},
        {"image_url": "javascript:alert(1)"},
        {"image_url": "https://"},
        {"image_url": "data:text/html,%3Cscript%3E"},
        {"image_url": "data:image/svg+xml,<svg/>"},
        {"owner_id": 5},
    ],
)
async def test_error_names_invalid_field(
    client: httpx.AsyncClient, wrong: dict[str, object]
) -> None:
    answer = await client.post("/products", json={**LAMP, **wrong}, headers=AS_OWNER)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    (field,) = wrong
    assert answer.json()["errors"][0]["field"].startswith(field)


@pytest.mark.parametrize(
    "price",
    ["49.9000000000000001", "99999999.9900000001", "0.0099999999999999999999"],
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_price_is_never_rounded(
    client: httpx.AsyncClient, method: str, price: str
) -> None:
    path = "/products" if method == "POST" else f"/products/{await offer(client)}"
    name = '"name": "Lamp", ' if method == "POST" else ""
    body = f'{{{name}"price": {price}}}'

    headers = {**AS_OWNER, "Content-Type": "application/json"}

    answer = await client.request(method, path, content=body, headers=headers)

    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == ["price"]


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_change_keeps_omitted_fields(
    client: httpx.AsyncClient, method: str
) -> None:
    product_id = await offer(client, description="Brass.", category="lighting")
    changed = await client.request(
        method,
        f"/products/{product_id}",
        json={"price": "5.00", "description": None},
        headers=AS_OWNER,
    )
    assert changed.status_code == 200
    assert changed.json() == (await client.get(f"/products/{product_id}")).json()
    assert changed.json()["price"] == "5.00"
    assert changed.json()["description"] is None
    assert changed.json()["category"] == "lighting"


@pytest.mark.parametrize("field", ["name", "price", "quantity"])
async def test_required_field_cannot_be_cleared(
    client: httpx.AsyncClient, field: str
) -> None:
    product_id = await offer(client)
    answer = await client.patch(
        f"/products/{product_id}", json={field: None}, headers=AS_OWNER
    )
    assert answer.status_code == 422


async def test_empty_change_keeps_version(client: httpx.AsyncClient) -> None:
    product_id = await offer(client)
    before = (await client.get(f"/products/{product_id}")).json()
    answer = await client.patch(f"/products/{product_id}", json={}, headers=AS_OWNER)
    assert (answer.status_code, answer.json()) == (200, before)


async def test_set_quantity_keeps_reservations(
    client: httpx.AsyncClient,
) -> None:
    product_id = await offer(client, quantity=10)
    await reserve(client, 17, {product_id: 4})
    answer = await client.patch(
        f"/products/{product_id}", json={"quantity": 3}, headers=AS_OWNER
    )
    assert answer.json()["quantity"] == 3
    inventory = (await client.get(f"/inventory/{product_id}")).json()
    assert (inventory["quantity"], inventory["reserved"]) == (7, 4)


async def test_only_owner_and_administrator_may_change(
    client: httpx.AsyncClient,
) -> None:
    path = f"/products/{await offer(client)}"
    change = {"name": "Mine"}
    stranger = await client.patch(path, json=change, headers=AS_STRANGER)
    assert (stranger.status_code, stranger.json()["code"]) == (403, "not_the_owner")
    assert (await client.delete(path, headers=AS_STRANGER)).status_code == 403
    admin = await client.patch(path, json=change, headers=AS_ADMIN)
    assert admin.status_code == 200


async def test_withdrawn_product_is_not_in_catalogue(
    client: httpx.AsyncClient,
) -> None:
    path = f"/products/{await offer(client)}"
    assert (await client.delete(path, headers=AS_OWNER)).status_code == 204
    assert (await client.get(path)).status_code == 404
    assert (await client.get("/products")).json() == []
    again = await client.delete(path, headers=AS_OWNER)
    assert (again.status_code, again.json()["code"]) == (404, "product_not_found")


async def test_catalogue_pages_are_newest_first(
    client: httpx.AsyncClient,
) -> None:
    ids = [await offer(client) for _ in range(5)]
    first = await client.get("/products", params={"limit": 3})
    second = await client.get(first.links["next"]["url"])
    listed = [product["id"] for product in first.json() + second.json()]
    assert listed == ids[::-1]
    assert first.headers["X-Total-Count"] == "5"
    assert "Link" not in second.headers
