"""Service tokens, with which a service calls others in its own name."""

import asyncio
import time
from base64 import b64encode
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, PositiveInt, SecretStr

from chassis._deadline import Deadline
from chassis._errors import Unavailable
from chassis._peers.errors import PeerFailed, PeerUnreachable
from chassis._peers.peer import Peer
from chassis._peers.response import PeerResponse
from chassis._shared_task import start_shared

EARLY_SECONDS = 30.0
TOKEN_SECONDS = 1.0
# With less time than this, a request is not sent.
SENDING_SECONDS = 0.1


class _TokenResponse(BaseModel):
    access_token: str
    expires_in: PositiveInt


@dataclass(frozen=True)
class _Grant:
    token: str
    good_until: float


class ServiceTokens:
    """Fetches the service's own token, once for all callers, and keeps it until shortly
    before it expires."""

    def __init__(self, users: Peer, client_id: str, secret: SecretStr) -> None:
        self._users = users
        self._client_id = client_id
        self._secret = secret
        self._grant: asyncio.Task[_Grant] | None = None

    async def call(
        self, peer: Peer, method: str, path: str, deadline: Deadline, **request: Any
    ) -> PeerResponse:
        """Calls a peer in the service's own name; arguments: see `Peer.call`.

        Raises:
            PeerUnreachable: there is no token, or no time left to send the request.
            PeerTimeout, PeerFailed: see `Peer.call`; also if the token is rejected.
        """
        response = await self._send(peer, method, path, deadline, **request)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            # The key that signed the token may be gone: get one of the current key.
            self._grant = None
            response = await self._send(peer, method, path, deadline, **request)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            raise PeerFailed(f"{peer.name} does not accept the service's token")
        return response

    async def _send(
        self, peer: Peer, method: str, path: str, deadline: Deadline, **request: Any
    ) -> PeerResponse:
        try:
            async with asyncio.timeout(deadline.remaining()):
                token = await self._token()
        except TimeoutError as error:
            raise PeerUnreachable("no token of our own in time") from error
        if deadline.earlier(SENDING_SECONDS).is_over:
            raise PeerUnreachable(f"no time left to ask {peer.name}")
        headers = {"Authorization": f"Bearer {token}"}
        return await peer.call(method, path, deadline, headers=headers, **request)

    async def _token(self) -> str:
        if self._grant is None or _is_spent(self._grant):
            self._grant = start_shared(self._fetch())
        return (await asyncio.shield(self._grant)).token

    async def _fetch(self) -> _Grant:
        asked_at = time.monotonic()
        try:
            response = await self._users.call(
                "POST",
                "/oauth/token",
                Deadline.after(TOKEN_SECONDS),
                repeatable=True,
                data={"grant_type": "client_credentials"},
                headers={"Authorization": self._credentials()},
            )
            if response.status_code != 200:
                raise PeerUnreachable(f"our own credentials got {response.status_code}")
            granted = self._users.read(response, _TokenResponse)
        except Unavailable as error:
            raise PeerUnreachable("no token of our own to call with") from error
        return _Grant(
            granted.access_token, asked_at + granted.expires_in - EARLY_SECONDS
        )

    def _credentials(self) -> str:
        credentials = f"{self._client_id}:{self._secret.get_secret_value()}"
        return f"Basic {b64encode(credentials.encode()).decode()}"


def _is_spent(grant: asyncio.Task[_Grant]) -> bool:
    if not grant.done():
        return False
    if grant.cancelled() or grant.exception() is not None:
        return True
    return time.monotonic() >= grant.result().good_until
