"""What the OpenAPI document promises."""

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
    assert set(responses) == {"200", "401", "403", "404", "409", "413", "422", "503"}
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
