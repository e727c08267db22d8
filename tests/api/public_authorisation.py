"""The permissions in public: of the services' operations, and of the gateway's own."""

from collections.abc import Mapping
from dataclasses import replace

from tests.api.authorisation import EVERYWHERE, TABLE, Actor, Row, public
from tests.api.through_gateway import CSRF, SESSION, public_names
from tools.client.shop import PASSWORD

_LOG_IN = {"username": "{username}", "password": PASSWORD}
# The cookie, and no access token, stands for the session.
_COOKIE = {"Cookie": "pannier-refresh={refresh_token}"}
# A client that logs in or out may still send an expired token.
_UNCHECKED = (" /api/v1/auth/", " /.well-known/")


def _as_checked(row: Row, operation: str) -> Row:
    """The gateway refuses an expired token even if an operation needs none."""
    if any(tree in operation for tree in _UNCHECKED):
        return row
    return replace(row, answers={**row.answers, Actor.EXPIRED: 401})


OWN: Mapping[str, Row] = EVERYWHERE | {
    "GET /api": public(),
    f"POST {SESSION}": public(json=_LOG_IN, headers=CSRF),
    f"POST {SESSION}/refresh": public(headers=CSRF | _COOKIE),
    f"DELETE {SESSION}": public(204, headers=CSRF | _COOKIE),
    # No log-in at a provider has begun, which the page at the end of the way says.
    "GET /api/v1/auth/oidc/callback": public(303),
}

PUBLIC_TABLE: Mapping[str, Row] = {
    **OWN,
    **{
        operation: _as_checked(TABLE[service][name], operation)
        for (service, name), operation in public_names().items()
    },
}
PRIVATE = [
    (service, name)
    for service, rows in TABLE.items()
    for name in rows
    if (service, name) not in public_names()
    # The gateway itself answers in public, and calls the operation for that.
    and name.replace(" ", " /api/v1") not in OWN
]
