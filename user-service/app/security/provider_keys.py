"""The public keys and the metadata of an OpenID Connect provider.

They are kept while the provider does not respond.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from jose.backends.base import Key

from app.clients.openid_provider import OpenIdClient, ProviderMetadata
from app.config.providers import OpenIdProvider
from app.errors import NoUsableKey, ProviderUnavailable
from app.security.provider_places import ProviderPlaces
from chassis import Deadline, Unavailable, start_shared
from chassis.jwts import construct_key

log = structlog.get_logger(__name__)

# In seconds. A worker fetches the keys regularly, so that withdrawn keys end too.
FETCH_INTERVAL = 60.0
FETCH_INTERVAL_FOR_UNKNOWN = 10.0
FETCH_SECONDS = 5.0
# The other services wait for one second for the validation of a token.
WAIT_SECONDS = 0.6
# Clocks differ a little.
CLOCK_SKEW = 30.0


@dataclass(frozen=True, eq=False)
class ProviderKey:
    """A key, which is the same object as long as the provider publishes it.

    Attributes:
        parameters: the JWK.
    """

    kid: str
    parameters: Mapping[str, Any]
    public: Key


class ProviderKeys:
    """Finds the keys of a provider by `kid`.

    A token with an unknown `kid` makes it fetch the keys. Anyone can send such a token,
    so that this happens once in ten seconds at most, unless it finds the key. If the
    provider does not respond, the keys stay; if it has never responded, there are none.

    Args:
        places: those of requests that wait for an unknown key.
        clock: returns seconds.
    """

    def __init__(
        self,
        provider: OpenIdProvider,
        client: OpenIdClient,
        places: ProviderPlaces,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._provider = provider
        self._client = client
        self._places = places
        self._clock = clock
        self._keys: Mapping[str, ProviderKey] = {}
        self._metadata: ProviderMetadata | None = None
        self._tried_at = -FETCH_INTERVAL_FOR_UNKNOWN
        # When the keys were published at the latest, in seconds since 1970.
        self._published_at = 0.0
        self._is_silent = True
        self._fetch: asyncio.Task[ProviderMetadata] | None = None

    async def find(self, kid: str, issued_at: float) -> ProviderKey | None:
        """Returns the key; None if the provider does not publish it.

        Args:
            issued_at: when a token was signed with it, in seconds since 1970.

        Raises:
            ProviderUnavailable: the provider does not say whether it publishes the key.
        """
        if kid not in self._keys:
            try:
                await self._fetch_for_unknown(kid)
            except NoUsableKey:
                return None
            except (TimeoutError, Unavailable) as error:
                # Keys are published before they sign.
                if issued_at + CLOCK_SKEW > self._published_at:
                    detail = "the provider does not publish its keys: try again"
                    raise ProviderUnavailable(detail) from error
        return self._keys.get(kid)

    @property
    def known_metadata(self) -> ProviderMetadata | None:
        """The newest metadata; None if the provider has never responded."""
        return self._metadata

    async def metadata(self) -> ProviderMetadata:
        """Returns the newest metadata.

        Raises:
            Unavailable: the provider has never responded.
        """
        if self._metadata is not None:
            return self._metadata
        return await asyncio.shield(self._start_fetch())

    async def refresh(self) -> int:
        """Fetches the keys; a step of a worker, which finds no work."""
        # A failure is logged where it happens; the keys stay.
        with suppress(Unavailable):
            await asyncio.shield(self._start_fetch())
        return 0

    async def _fetch_for_unknown(self, kid: str) -> None:
        running = self._running_fetch
        if running is not None or self._is_due:
            # Also without a place, so that the key is known soon.
            fetch = running or self._start_for_unknown()
            with self._places.occupy():
                async with asyncio.timeout(WAIT_SECONDS):
                    await self._await_key(kid, fetch)
        elif self._is_silent:
            raise ProviderUnavailable("the provider did not respond a moment ago")

    async def _await_key(self, kid: str, fetch: asyncio.Task[ProviderMetadata]) -> None:
        await asyncio.shield(fetch)
        # A fetch of the worker may have begun before the key was published.
        if kid not in self._keys and self._is_due:
            await asyncio.shield(self._start_for_unknown())
        if kid in self._keys:
            self._tried_at = -FETCH_INTERVAL_FOR_UNKNOWN

    @property
    def _running_fetch(self) -> asyncio.Task[ProviderMetadata] | None:
        return None if self._fetch is None or self._fetch.done() else self._fetch

    @property
    def _is_due(self) -> bool:
        """Returns whether an unknown key may make it fetch the keys."""
        return self._clock() - self._tried_at >= FETCH_INTERVAL_FOR_UNKNOWN

    def _start_for_unknown(self) -> asyncio.Task[ProviderMetadata]:
        self._tried_at = self._clock()
        return self._start_fetch()

    def _start_fetch(self) -> asyncio.Task[ProviderMetadata]:
        self._fetch = self._running_fetch or start_shared(self._fetch_keys())
        return self._fetch

    async def _fetch_keys(self) -> ProviderMetadata:
        asked_at = time.time()
        try:
            deadline = Deadline.after(FETCH_SECONDS)
            metadata = await self._client.fetch_metadata(deadline)
            published = await self._client.fetch_keys(metadata, deadline)
            keys = self._usable(published)
            if not keys:
                raise NoUsableKey(f"no key is for {self._provider.algorithm}")
        except Unavailable as error:
            self._is_silent = not isinstance(error, NoUsableKey)
            log.warning(
                "provider_keys_unavailable",
                provider=self._provider.name,
                kept=len(self._keys),
                reason=error.detail,
            )
            raise
        if keys.keys() != self._keys.keys():
            log.info(
                "provider_keys_changed", provider=self._provider.name, kids=list(keys)
            )
        self._keys, self._metadata = keys, metadata
        self._published_at, self._is_silent = asked_at, False
        return metadata

    def _usable(self, published: list[dict[str, Any]]) -> dict[str, ProviderKey]:
        keys: dict[str, ProviderKey] = {}
        for parameters in published:
            kid = parameters.get("kid")
            if not isinstance(kid, str) or kid in keys:
                continue
            known = self._keys.get(kid)
            if known is not None and known.parameters == parameters:
                keys[kid] = known
            elif public := construct_key(parameters, self._provider.algorithm):
                keys[kid] = ProviderKey(kid, parameters, public)
        return keys
