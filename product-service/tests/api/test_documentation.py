"""The OpenAPI document of product-service."""

from typing import Any

import httpx
import pytest


@pytest.fixture
async def document(client: httpx.AsyncClient) -> dict[str, Any]:
    document: dict[str, Any] = (await client.get("/openapi.json")).json()
    return document


async def test_every_refusal_of_a_reservation_is_declared(
    document: dict[str, Any],
) -> None:
    responses = document["paths"]["/reservations/{order_id}"]["put"]["responses"]
    expected = {"200", "401", "403", "404", "409", "413", "414", "422", "503"}
    assert set(responses) == expected
    for code in ("insufficient_stock", "reservation_differs", "reservation_released"):
        assert code in responses["409"]["description"]


async def test_only_optional_fields_may_be_cleared(document: dict[str, Any]) -> None:
    fields = document["components"]["schemas"]["ProductUpdate"]["properties"]
    nullable = {
        name
        for name, field in fields.items()
        if {"type": "null"} in field.get("anyOf", [])
    }
    assert nullable == {"description", "category", "tags", "image_url"}
    assert "required" not in document["components"]["schemas"]["ProductUpdate"]


async def test_conditional_requests_are_declared(document: dict[str, Any]) -> None:
    product = document["paths"]["/products/{product_id}"]
    assert "304" in product["get"]["responses"]
    for method in ("put", "patch", "delete"):
        assert "product_changed" in product[method]["responses"]["412"]["description"]


async def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation["description"], (method, path)


@pytest.mark.parametrize("path", ["/products", "/products/search"])
async def test_list_declares_optional_token(
    document: dict[str, Any], path: str
) -> None:
    operation = document["paths"][path]["get"]
    assert operation["security"] == [{"OAuth2PasswordBearer": []}, {}]
    assert {"401", "403", "503"} <= operation["responses"].keys()


async def test_list_points_to_the_search(document: dict[str, Any]) -> None:
    parameters = document["paths"]["/products"]["get"]["parameters"]
    [q] = [each for each in parameters if each["name"] == "q"]
    assert "/products/search" in q["description"]
