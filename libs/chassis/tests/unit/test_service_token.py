"""A service's own token: what user-service may answer, and what comes of it."""

from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from chassis import PeerUnreachable, ServiceTokens
from chassis.testing import a_peer

GRANT = {"access_token": "t", "token_type": "bearer", "expires_in": 300}


def tokens(status: int, **body: Any) -> ServiceTokens:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, **body)

    users = a_peer(httpx.MockTransport(answer))
    return ServiceTokens(users, "order-service", SecretStr("secret"))


async def test_granted_token_is_sent_as_bearer() -> None:
    headers = await tokens(200, json=GRANT).headers()
    assert headers == {"Authorization": "Bearer t"}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"content": b"<html></html>"}),
        (200, {"json": []}),
        (200, {"json": {"access_token": "t"}}),
        (200, {"json": GRANT | {"expires_in": "soon"}}),
        (200, {"json": GRANT | {"expires_in": 0}}),
        (200, {"json": GRANT | {"access_token": None}}),
        (401, {"json": {"error": "invalid_client"}}),
        (413, {"content": b""}),
        (500, {"content": b""}),
    ],
)
async def test_call_is_not_sent_without_readable_token(
    status: int, body: dict[str, Any]
) -> None:
    with pytest.raises(PeerUnreachable):
        await tokens(status, **body).headers()
