"""Public paths, and operations that may be repeated."""

import json
from pathlib import Path

import pytest

from app.proxy.routes import ROUTES, public_path
from app.proxy.upstream import WITH_KEY, UpstreamRequest

DOCUMENTS = Path(__file__).parents[3] / "contracts" / "openapi"
KEY = [(b"idempotency-key", b"1")]


@pytest.mark.parametrize(
    ("service", "path", "public"),
    [
        ("user-service", "/login", "/api/v1/auth/login"),
        ("user-service", "/me/sessions/{sid}", "/api/v1/users/me/sessions/{sid}"),
        ("user-service", "/users/{user_id}", "/api/v1/users/{user_id}"),
        ("user-service", "/.well-known/jwks.json", "/.well-known/jwks.json"),
        ("user-service", "/validate-token", None),
        ("user-service", "/oauth/token", None),
        ("product-service", "/reservations/{order_id}", None),
        ("order-service", "/dead-letters", "/api/v1/orders/dead-letters"),
        (
            "notification-service",
            "/dead-letters/{letter_id}/replay",
            "/api/v1/notifications/dead-letters/{letter_id}/replay",
        ),
        ("order-service", "/orders", "/api/v1/orders"),
        ("notification-service", "/orders", None),
    ],
)
def test_public_path_of_service(service: str, path: str, public: str | None) -> None:
    assert public_path(service, path) == public


def test_route_comes_before_the_tree_that_contains_it() -> None:
    paths = [route.path for route in ROUTES]
    for index, path in enumerate(paths):
        trees = [r.path for r in ROUTES[:index] if r.is_tree]
        assert not any(path.startswith(f"{tree}/") for tree in trees)


def test_key_makes_exactly_the_documented_operations_repeatable() -> None:
    found = set()
    for file in DOCUMENTS.glob("*-service.json"):
        for path, operations in json.loads(file.read_text())["paths"].items():
            for method, operation in operations.items():
                names = {p["name"] for p in operation.get("parameters", ())}
                example = f"{method.upper()} {path}".replace("{product_id}", "7")
                if "Idempotency-Key" in names:
                    found.add(example)
                    assert WITH_KEY.fullmatch(example.encode())
                else:
                    assert not WITH_KEY.fullmatch(example.encode())
    assert len(found) == 4


@pytest.mark.parametrize(
    ("method", "target", "headers", "is_repeatable"),
    [
        ("GET", b"/orders", [], True),
        ("HEAD", b"/orders", [], True),
        ("DELETE", b"/orders/7", [], True),
        ("PUT", b"/orders/7", [], True),
        ("PUT", b"/products/7", [(b"if-match", b'"1"')], False),
        ("POST", b"/orders", [], False),
        ("POST", b"/orders", KEY, True),
        ("POST", b"/products", KEY, True),
        ("POST", b"/login", KEY, False),
        ("PATCH", b"/products/7", KEY, False),
        ("PATCH", b"/inventory/7/reduce", KEY, True),
        ("PATCH", b"/inventory/7/restock", [], False),
    ],
)
def test_request_is_repeatable(
    method: str, target: bytes, headers: list[tuple[bytes, bytes]], is_repeatable: bool
) -> None:
    request = UpstreamRequest(method, target, b"", headers, b"")
    assert request.is_repeatable is is_repeatable
