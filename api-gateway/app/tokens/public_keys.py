"""The public keys of user-service, kept while it does not respond."""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from jose.backends.base import Key
from pydantic import BaseModel

from chassis import Deadline, Peer, PeerFailed, Unavailable, start_shared
from chassis.jwts import construct_key

log = structlog.get_logger(__name__)

ALGORITHM = "RS256"
PATH = "/.well-known/jwks.json"
# In seconds. A worker fetches the keys regularly, so that withdrawn keys end too.
FETCH_INTERVAL = 60.0
FETCH_INTERVAL_FOR_UNKNOWN = 10.0
# Services start at the same time, so the first fetch often comes too early.
FETCH_INTERVAL_WITHOUT_KEYS = 1.0
FETCH_SECONDS = 2.0


class PublishedKeys(BaseModel):
    keys: list[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class PublicKey:
    """A key, which is the same object as long as user-service publishes it.

    Attributes:
        parameters: the JWK.
    """

    parameters: Mapping[str, Any]
    key: Key


class PublicKeys:
    """Finds keys by `kid`.

    A token with an unknown `kid` makes it fetch the keys, once in ten seconds at most,
    because anyone can send such a token; once in a second while there are no keys yet.

    Attributes:
        fetched_at: when the keys were published at the latest, in seconds since 1970;
            0 if they have never been fetched.

    Args:
        clock: returns seconds.
    """

    def __init__(
        self, users: Peer, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._users = users
        self._clock = clock
        self._keys: Mapping[str, PublicKey] = {}
        self._tried_at = -FETCH_INTERVAL
        self._fetch: asyncio.Task[None] | None = None
        self.fetched_at = 0.0

    def find(self, kid: str) -> PublicKey | None:
        return self._keys.get(kid)

    async def find_or_fetch(self, kid: str) -> PublicKey | None:
        is_running = self._fetch is not None and not self._fetch.done()
        interval = (
            FETCH_INTERVAL_FOR_UNKNOWN
            if self.fetched_at
            else FETCH_INTERVAL_WITHOUT_KEYS
        )
        is_due = self._clock() - self._tried_at >= interval
        if kid not in self._keys and (is_running or is_due):
            await self.refresh()
        return self._keys.get(kid)

    async def refresh(self) -> int:
        """Fetches the keys; a step of a worker, which finds no work."""
        if self._fetch is None or self._fetch.done():
            self._tried_at = self._clock()
            self._fetch = start_shared(self._fetch_keys())
        # A failure is logged where it happens; the keys stay.
        with suppress(Unavailable):
            await asyncio.shield(self._fetch)
        return 0

    async def _fetch_keys(self) -> None:
        asked_at = time.time()
        try:
            deadline = Deadline.after(FETCH_SECONDS)
            # Proxied requests go on if user-service fails at this one alone. The next
            # fetch is the retry.
            response = await self._users.call_aside("GET", PATH, deadline)
            published = self._users.read(response, PublishedKeys)
            keys = self._usable(published.keys)
            if not keys:
                raise PeerFailed("user-service publishes no key")
        except Unavailable as error:
            log.warning(
                "public_keys_unavailable", kept=len(self._keys), reason=error.detail
            )
            raise
        if keys.keys() != self._keys.keys():
            log.info("public_keys_changed", kids=list(keys))
        self._keys, self.fetched_at = keys, asked_at

    def _usable(self, published: list[dict[str, Any]]) -> dict[str, PublicKey]:
        keys: dict[str, PublicKey] = {}
        for parameters in published:
            kid = parameters.get("kid")
            known = self._keys.get(str(kid))
            if not isinstance(kid, str) or kid in keys:
                continue
            if known is not None and known.parameters == parameters:
                keys[kid] = known
            elif key := construct_key(parameters, ALGORITHM):
                keys[kid] = PublicKey(parameters, key)
        return keys
