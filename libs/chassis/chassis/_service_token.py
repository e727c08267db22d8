"""The token with which a service calls another in its own name."""

import asyncio
import time
from dataclasses import dataclass

from pydantic import BaseModel, PositiveInt, SecretStr

from chassis._errors import Unavailable
from chassis._peer import Peer, PeerUnreachable

EARLY_SECONDS = 30.0
TOKEN_SECONDS = 1.0


class _TokenAnswer(BaseModel):
    access_token: str
    expires_in: PositiveInt


@dataclass(frozen=True)
class _Grant:
    token: str
    good_until: float


class ServiceTokens:
    """Fetches the service's own token, once for all who need it, and keeps it until
    shortly before it expires."""

    def __init__(self, users: Peer, client_id: str, secret: SecretStr) -> None:
        self._users = users
        self._client_id = client_id
        self._secret = secret
        self._grant: asyncio.Task[_Grant] | None = None

    async def headers(self) -> dict[str, str]:
        """The header that authenticates a call.

        Raises:
            PeerUnreachable: there is no token, so that the call cannot be sent.
        """
        if self._grant is None or _is_spent(self._grant):
            self._grant = asyncio.create_task(self._fetch())
        grant = await asyncio.shield(self._grant)
        return {"Authorization": f"Bearer {grant.token}"}

    def forget(self) -> None:
        """Drops a token that was refused."""
        self._grant = None

    async def _fetch(self) -> _Grant:
        asked_at = time.monotonic()
        try:
            answer = await self._users.call(
                "POST",
                "/oauth/token",
                TOKEN_SECONDS,
                repeatable=True,
                data={"grant_type": "client_credentials"},
                auth=(self._client_id, self._secret.get_secret_value()),
            )
            if answer.status_code != 200:
                raise PeerUnreachable(f"our own credentials got {answer.status_code}")
            granted = self._users.read(answer, _TokenAnswer)
        except Unavailable as error:
            raise PeerUnreachable("no token of our own to call with") from error
        return _Grant(
            granted.access_token, asked_at + granted.expires_in - EARLY_SECONDS
        )


def _is_spent(grant: asyncio.Task[_Grant]) -> bool:
    if not grant.done():
        return False
    if grant.cancelled() or grant.exception() is not None:
        return True
    return time.monotonic() >= grant.result().good_until
