"""The completeness of the OpenAPI document."""

from typing import Any

import pytest

from app.config.settings import UserSettings
from app.main import create_app


@pytest.fixture
def document(settings: UserSettings) -> dict[str, Any]:
    return create_app(settings).openapi()


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [op for path in document["paths"].values() for op in path.values()]


def test_every_operation_has_description(document: dict[str, Any]) -> None:
    assert [op for op in operations(document) if not op.get("description")] == []


def test_every_body_has_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    bodies = {n: s for n, s in schemas.items() if s["type"] == "object"}

    assert [n for n, s in bodies.items() if not s.get("examples")] == []


STATUSES_OF_EVERY_OPERATION = {"414", "422", "503"}


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("post", "/register", {"201", "400", "413"}),
        ("post", "/login", {"200", "401", "413", "429"}),
        ("post", "/refresh", {"200", "401", "413"}),
        ("post", "/logout", {"204", "401", "403", "413"}),
        ("post", "/oauth/token", {"200", "400", "401", "413"}),
        ("post", "/validate-token", {"200", "413"}),
        ("get", "/auth/oidc/login", {"303", "403", "404"}),
        ("get", "/auth/oidc/callback", {"200", "400", "403", "404"}),
        ("post", "/auth/oidc/logout", {"200", "413"}),
        ("get", "/me", {"200", "401", "403"}),
        ("patch", "/me", {"200", "400", "401", "403", "409", "413"}),
        (
            "put",
            "/me/password",
            {"204", "400", "401", "403", "413", "429"},
        ),
        ("delete", "/me", {"204", "401", "403", "409"}),
        ("get", "/me/sessions", {"200", "401", "403"}),
        ("delete", "/me/sessions/{sid}", {"204", "401", "403", "404"}),
        ("get", "/users", {"200", "401", "403"}),
        ("post", "/users", {"201", "400", "401", "403", "413"}),
        ("get", "/users/{user_id}", {"200", "401", "403", "404"}),
        (
            "put",
            "/users/{user_id}",
            {"200", "400", "401", "403", "404", "409", "413"},
        ),
        (
            "delete",
            "/users/{user_id}",
            {"204", "401", "403", "404", "409"},
        ),
    ],
)
def test_every_response_status_is_declared(
    document: dict[str, Any], method: str, path: str, statuses: set[str]
) -> None:
    declared = set(document["paths"][path][method]["responses"])

    assert declared == statuses | STATUSES_OF_EVERY_OPERATION


def test_authorize_button_uses_login_endpoint(document: dict[str, Any]) -> None:
    [flow] = [
        scheme["flows"]["password"]
        for scheme in document["components"]["securitySchemes"].values()
        if "flows" in scheme
    ]

    assert flow["tokenUrl"] == "http://localhost:8001/login"
