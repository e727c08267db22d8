"""The expected outcome of each operation during a fault."""

from collections.abc import Mapping
from typing import Any

from tests.faults.call import Call
from tests.faults.faults import Fault
from tools.faults.states import with_locked_tables

PROBES = ("GET /health", "GET /health/ready")
DEAD_LETTERS = "/dead-letters"
# Whose callers are services: their tokens are checked without the database of users.
BY_SERVICES = "/reservations/"
NEEDS_NO_DATABASE = {
    "GET /",
    "GET /health/live",
    "GET /.well-known/jwks.json",
    "GET /.well-known/oauth-authorization-server",
    "POST /oauth/token",
    "GET /auth/oidc/providers",
    "GET /auth/oidc/login",
    "GET /auth/oidc/callback",
    "POST /auth/oidc/backchannel-logout",
}
# It asks which changes there are only once it has been answered.
NEEDS_NO_TABLE = {*PROBES, "GET /notifications/stream"}


def expected(
    fault: Fault,
    service: str,
    operation: str,
    declared: Mapping[str, Any],
    call: Call,
) -> str:
    """The status and, of a problem, its code.

    Args:
        operation: its method and path, such as `GET /orders/{order_id}`.
        declared: what OpenAPI says of it.
    """
    usual = call.usual or min(declared["responses"])
    if operation in PROBES:
        return "503" if fault.down.get(service) == "database" else usual
    needs_token = {} not in declared.get("security", [{}])
    if service != "user-service" and needs_token:
        by_service = BY_SERVICES in operation
        if fault.hides_services if by_service else fault.hides_users:
            return "503 authentication_unavailable"
    if DEAD_LETTERS in operation:
        broker_is_away = fault.down.get(service) == "broker"
        return "503 broker_unavailable" if broker_is_away else usual
    if _needs_data(fault, operation) and service in fault.no_data:
        return "503 database_unavailable"
    return fault.ordering if operation == "POST /orders" else usual


def _needs_data(fault: Fault, operation: str) -> bool:
    if fault.state is with_locked_tables and operation in NEEDS_NO_TABLE:
        return False
    return operation not in NEEDS_NO_DATABASE
