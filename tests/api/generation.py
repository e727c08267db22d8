"""Requests that schemathesis makes up: how many, and which answers are flaws."""

from typing import Any

import schemathesis
from schemathesis.schemas import BaseSchema

from tests.api.operations import document
from tools.local.ports import SERVICE_PORTS

Case = schemathesis.Case[Any]

EXCEPTIONS = [
    {
        # To OAuth a field without a value is none (RFC 6749, section 3.2), and clients
        # may name themselves in a header or in the form.
        "include-name": [
            "POST /login",
            "POST /oauth/token",
            "POST /auth/oidc/backchannel-logout",
            "POST /api/v1/auth/login",
            "POST /api/v1/auth/oidc/backchannel-logout",
        ],
        "checks": {
            "negative_data_rejection": {"expected-statuses": ["400", "401", "422"]},
            "missing_required_header": {"enabled": False},
        },
    },
    {
        # Its body may be left out, and anything be sent as a refresh token.
        "include-name": ["POST /logout", "POST /api/v1/auth/logout"],
        "checks": {
            "negative_data_rejection": {"expected-statuses": ["204", "422"]},
        },
    },
    {
        # To other methods this is a product, or a dead letter, with an odd id.
        "include-name": [
            "GET /products/search",
            "GET /api/v1/products/search",
            "POST /dead-letters/replay",
            "POST /api/v1/orders/dead-letters/replay",
            "POST /api/v1/notifications/dead-letters/replay",
        ],
        "checks": {
            "unsupported_method": {"enabled": False},
            "allow_header_conformance": {"enabled": False},
        },
    },
    {
        # After a hundred wrong passwords no user could log in for a minute.
        "include-name": [
            "POST /login",
            "PUT /me/password",
            "POST /api/v1/auth/login",
            "PUT /api/v1/users/me/password",
        ],
        "generation": {"max-examples": 5},
    },
    {
        # The header against CSRF is checked first. Passwords are as above.
        "include-name": [
            "POST /api/v1/auth/session",
            "POST /api/v1/auth/session/refresh",
            "DELETE /api/v1/auth/session",
        ],
        "generation": {"max-examples": 5},
        "checks": {
            "negative_data_rejection": {
                "expected-statuses": ["403", "404", "405", "422"]
            },
        },
    },
]


def schema(service: str, examples: int, *, edges: bool = True) -> BaseSchema:
    """Returns the service's schema, with this number of requests per operation.

    They are the same ones in every run.

    Args:
        edges: whether there are also requests with the edges of every field.
    """
    described = schemathesis.openapi.from_dict(
        document(service),
        config=schemathesis.Config.from_dict(
            {
                "generation": {"max-examples": examples, "deterministic": True},
                "phases": {"coverage": {"enabled": edges}},
                "suppress-health-check": ["all"],
                "checks": {
                    # Good data may be refused: there are rules beyond a schema.
                    "positive_data_acceptance": {"enabled": False},
                    "negative_data_rejection": {
                        # A path with odd signs in it leads elsewhere.
                        "expected-statuses": ["404", "405", "422"]
                    },
                },
                "operations": EXCEPTIONS,
            }
        ),
    )
    return described.exclude(path_regex="/notifications/stream$")  # it has no end


def schemas(examples: int) -> dict[str, BaseSchema]:
    return {
        service.partition("-")[0]: schema(service, examples)
        for service in SERVICE_PORTS
    }
