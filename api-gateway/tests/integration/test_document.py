"""The API document of the gateway describes what clients can call, and no more."""

import gzip
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.document.published import read_contracts
from app.proxy.routes import public_path
from tests.gateway import Gateway, serving
from tests.upstream import Upstream

Json = dict[str, Any]


@pytest.fixture(scope="session")
def document(gateway: Gateway) -> Json:
    described: Json = gateway.app.openapi()
    return described


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


@pytest.mark.parametrize(
    "operation",
    [
        "POST /api/v1/auth/login",
        "POST /api/v1/auth/register",
        "PATCH /api/v1/users/me",
        "PUT /api/v1/users/{user_id}",
        "GET /api/v1/products/search",
        "PATCH /api/v1/inventory/{product_id}/reduce",
        "POST /api/v1/orders",
        "GET /api/v1/notifications/stream",
        "GET /.well-known/jwks.json",
        "GET /api",
    ],
)
def test_public_operation_is_described(document: Json, operation: str) -> None:
    assert operation in dict(operations(document))


def test_private_operations_are_not_described(document: Json) -> None:
    private = re.compile("reservations|oauth/|validate|token-changes")

    assert [name for name, _ in operations(document) if private.search(name)] == []


def test_every_public_operation_of_a_service_is_described(document: Json) -> None:
    described = dict(operations(document))
    for service, contract in read_contracts().items():
        for name, _ in operations(contract):
            method, _, path = name.partition(" ")
            public = public_path(service, path)
            assert public is None or f"{method} {public}" in described


def test_every_reference_has_its_schema(document: Json) -> None:
    known = {
        f"#/components/schemas/{name}" for name in document["components"]["schemas"]
    }

    assert set(references(document)) == known


def test_operation_ids_are_unique(document: Json) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]

    assert len(set(ids)) == len(ids)


def test_every_operation_has_description(document: Json) -> None:
    for name, operation in operations(document):
        assert operation.get("description"), name


def test_proxied_operation_declares_errors_of_gateway(document: Json) -> None:
    for name, operation in operations(document):
        # The callback answers each of them with a redirect.
        if " /api/v1/" in name and "/oidc/callback" not in name:
            assert {"429", "502", "503", "504"} <= operation["responses"].keys(), name


def test_own_operation_declares_limit_if_it_has_one(document: Json) -> None:
    declared = {
        path: "429" in document["paths"][path]["get"]["responses"]
        for path in ("/", "/api", "/health", "/health/live", "/health/ready")
    }

    assert [path for path, is_limited in declared.items() if is_limited] == [
        "/",
        "/api",
        "/health",
    ]


def test_operation_without_token_declares_refusal_of_invalid_one(
    document: Json,
) -> None:
    described = dict(operations(document))

    def declared(name: str, status: str) -> str:
        found: str = described[name]["responses"].get(status, {}).get("description", "")
        return found

    for name in ("GET /api/v1/products/{product_id}", "GET /api/v1/orders"):
        assert "not_authenticated" in declared(name, "401")
        assert "authentication_unavailable" in declared(name, "503")
    # A client that registers may still send an expired token.
    assert declared("POST /api/v1/auth/register", "401") == ""


def test_authorize_button_uses_gateway(document: Json) -> None:
    [scheme] = document["components"]["securitySchemes"].values()

    login = "http://localhost:9000/api/v1/auth/login"
    assert scheme["flows"]["password"]["tokenUrl"] == login


async def test_document_and_pages_are_served(
    client: httpx.AsyncClient, document: Json
) -> None:
    assert (await client.get("/openapi.json")).json() == document
    for page in ("/docs", "/redoc"):
        shown = await client.get(page)
        assert (shown.status_code, "/openapi.json" in shown.text) == (200, True)
        assert (
            "connect-src 'self' http://localhost:9000"
            in (shown.headers["content-security-policy"])
        )


async def test_document_is_compressed_once(
    monkeypatch: pytest.MonkeyPatch, upstream: Upstream, document: Json
) -> None:
    compress, times = gzip.compress, 0

    def counted(data: bytes, compresslevel: int = 9, *, mtime: int) -> bytes:
        nonlocal times
        times += 1
        return compress(data, compresslevel, mtime=mtime)

    monkeypatch.setattr(gzip, "compress", counted)
    async with (
        serving(upstream.url) as gateway,
        gateway.client() as client,
    ):
        packed = [await client.get("/openapi.json") for _ in range(2)]
        identity = {"Accept-Encoding": "identity"}
        plain = await client.get("/openapi.json", headers=identity)
        tag = {"If-None-Match": packed[0].headers["etag"]}
        known = await client.get("/openapi.json", headers=tag)

    assert {each.headers["content-encoding"] for each in packed} == {"gzip"}
    assert "content-encoding" not in plain.headers
    assert [each.json() for each in (*packed, plain)] == [document] * 3
    assert known.status_code == 304
    assert times == 1
