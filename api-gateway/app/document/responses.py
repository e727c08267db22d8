"""The errors of operations, as the OpenAPI document describes them."""

from collections.abc import Mapping
from typing import Any

OF_THE_LIMIT = {"429": "too_many_requests"}
# The gateway itself returns these in the place of a service.
OF_THE_GATEWAY = {
    **OF_THE_LIMIT,
    "502": "service_failed",
    "503": "circuit_open, peer_unreachable, service_busy",
    "504": "service_timeout",
}
# It returns these for an access token, also if the operation needs none.
OF_THE_TOKEN_CHECK = {
    **OF_THE_GATEWAY,
    "401": "not_authenticated",
    "503": f"authentication_unavailable, {OF_THE_GATEWAY['503']}",
}


def problem_responses(codes: Mapping[str, str]) -> dict[int | str, dict[str, Any]]:
    """Returns the `responses` of an operation: problem documents with these codes.

    Args:
        codes: by status; several are separated by commas.
    """
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {"application/problem+json": {"schema": schema}}
    return {
        status: {"description": listed, "content": content}
        for status, listed in codes.items()
    }
