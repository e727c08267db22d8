"""A service's own token, for each response of user-service."""

from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from chassis import Deadline, PeerFailed, PeerUnreachable, ServiceTokens
from chassis._authentication import service_tokens
from chassis.testing import a_peer

# In seconds.
PATIENCE = 30.0
GRANT = {"access_token": "t", "token_type": "bearer", "expires_in": 300}


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test machine that stalls is no hung service."""
    monkeypatch.setattr(service_tokens, "TOKEN_SECONDS", PATIENCE)


def tokens(status: int, **body: Any) -> ServiceTokens:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, **body)

    users = a_peer(httpx.MockTransport(answer))
    return ServiceTokens(users, "order-service", SecretStr("secret"))


async def call(tokens: ServiceTokens, *statuses: int) -> tuple[list[str], int]:
    """Calls a peer that answers with these statuses; returns the tokens it was sent."""
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["Authorization"])
        return httpx.Response(statuses[len(sent) - 1])

    peer = a_peer(httpx.MockTransport(answer))
    answered = await tokens.call(peer, "GET", "/thing", Deadline.after(PATIENCE))
    return sent, answered.status_code


async def test_granted_token_is_sent_as_bearer() -> None:
    assert await call(tokens(200, json=GRANT), 200) == (["Bearer t"], 200)


async def test_rejected_token_is_replaced_once() -> None:
    granted = [GRANT | {"access_token": name} for name in "ab"]

    def grant(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=granted.pop(0))

    users = a_peer(httpx.MockTransport(grant))
    service_tokens = ServiceTokens(users, "order-service", SecretStr("secret"))
    sent = ["Bearer a", "Bearer b"]
    assert await call(service_tokens, 401, 204) == (sent, 204)


async def test_token_rejected_twice_is_peer_failure() -> None:
    with pytest.raises(PeerFailed):
        await call(tokens(200, json=GRANT), 401, 401)


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
        await call(tokens(status, **body), 200)
