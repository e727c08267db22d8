"""Templates of public paths: few names for the paths of all requests."""

import pytest

from app.document.published import read_contracts
from app.proxy.routes import ROUTES, Routes, public_templates

SERVICES = {route.service for route in ROUTES}
ROUTED = Routes(SERVICES, public_templates(read_contracts()))


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/api/v1/orders", "/api/v1/orders"),
        ("/api/orders/4711", "/api/v1/orders/{order_id}"),
        ("/api/v1/orders/4711/events", "/api/v1/orders/{order_id}/events"),
        ("/api/v1/orders/user/a%2Fb", "/api/v1/orders/user/{user_id_or_email}"),
        ("/api/v1/products/search", "/api/v1/products/search"),
        ("/api/v1/products/7", "/api/v1/products/{product_id}"),
        ("/api/v1/users/me", "/api/v1/users/me"),
        ("/api/v1/users/me/sessions/a", "/api/v1/users/me/sessions/{sid}"),
        ("/.well-known/jwks.json", "/.well-known/jwks.json"),
        ("/api/v1/.well-known/jwks.json", "/.well-known/jwks.json"),
        ("/api/v1/orders/4711/none/4712", "/api/v1/orders/*"),
        ("/api/v1/ai/chat", "/api/v1/ai/*"),
    ],
)
def test_path_has_the_template_of_the_document(path: str, template: str) -> None:
    destination = ROUTED.find(path.encode())
    assert destination is not None
    assert destination.path == template
