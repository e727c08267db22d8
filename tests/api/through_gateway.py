"""The operations that clients reach through the gateway, as its document has them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.operations import Operation, operations
from tools.local.ports import GATEWAY, SERVICE_PORTS

SESSION = "/api/v1/auth/session"
CSRF = {"X-CSRF-Protection": "1"}
# All services validate in the same way, and the gateway passes all requests on in the
# same way: the other operations are tested through it by the slow tests.
SAMPLE = frozenset(
    {
        f"POST {SESSION}",
        "POST /api/v1/auth/login",
        "POST /api/v1/orders",
        "PATCH /api/v1/users/me",
        "GET /api/v1/products",
        "GET /api/v1/orders/{order_id}",
    }
)


def is_public(operation: Operation) -> bool:
    return operation.service == GATEWAY


def cases(is_meant: Callable[[Operation], Any]) -> list[pytest.ParameterSet]:
    """Returns the operations at their services, and a sample through the gateway.

    The slow tests have all of them through the gateway.
    """
    return [
        pytest.param(
            operation,
            id=str(operation),
            marks=pytest.mark.slow
            if is_public(operation) and str(operation) not in SAMPLE
            else (),
        )
        for operation in operations([*SERVICE_PORTS, GATEWAY])
        if is_meant(operation)
    ]


def public_names() -> dict[tuple[str, str], str]:
    """Returns the operations in public, by their services and names there.

    For example, `POST /login` of user-service is `POST /api/v1/auth/login`.
    """
    public = {op.description["operationId"]: str(op) for op in operations([GATEWAY])}
    return {
        (op.service, str(op)): public[name]
        for op in operations()
        if (name := f"{_prefix(op.service)}_{op.description['operationId']}") in public
    }


def own_names() -> list[str]:
    """Returns the operations that the gateway itself answers."""
    public = set(public_names().values())
    return [str(op) for op in operations([GATEWAY]) if str(op) not in public]


def _prefix(service: str) -> str:
    return service.removesuffix("-service")
