"""A network to a provider that answers, or is silent, as a test wants it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from opentelemetry.sdk.trace import TracerProvider

from app.clients.openid_provider import OpenIdClient
from app.config.providers import OpenIdProvider
from app.security.provider_keys import ProviderKeys
from app.security.provider_login import ProviderLogin
from app.security.provider_places import LOGINS, UNKNOWN_KEYS, ProviderPlaces
from app.security.provider_tokens import ProviderTokens
from chassis import HttpClient, PeerResponse, PeerTimeout
from tests.openid_provider import make_key, public

ISSUER = "https://id.example"
METADATA = f"{ISSUER}/.well-known/openid-configuration"


class ProviderNetwork:
    """
    Attributes:
        documents: what the provider publishes, by address; it is silent at all others.
        waiting: the number of requests that are not answered.
    """

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {}
        self.waiting = 0
        self._are_late = asyncio.Event()

    def publish(self, **changed: Any) -> None:
        """Publishes the keys, and the metadata with these members."""
        key = public(make_key("curve", "ES256"), "curve")
        self.documents[f"{ISSUER}/keys"] = {"keys": [key]}
        self.documents[METADATA] = {
            "issuer": ISSUER,
            "jwks_uri": f"{ISSUER}/keys",
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            **changed,
        }

    def are_waiting(self, number: int) -> Callable[[], Awaitable[bool]]:
        """Returns a condition: so many requests are not answered."""

        async def are_waiting() -> bool:
            return self.waiting == number

        return are_waiting

    def end_waiting(self) -> None:
        """Fails all requests, as at their deadlines."""
        self._are_late.set()

    def be_silent(self) -> None:
        """Lets the next requests wait."""
        self._are_late.clear()

    async def request(
        self, method: str, url: str, seconds: float, **request: Any
    ) -> PeerResponse:
        if url in self.documents:
            content = json.dumps(self.documents[url]).encode()
            return PeerResponse(200, "application/json", content)
        self.waiting += 1
        try:
            await self._are_late.wait()
        finally:
            self.waiting -= 1
        raise PeerTimeout("the provider did not answer in time")

    async def close(self) -> None:
        """There is nothing to close."""


def provider_settings(**given: Any) -> OpenIdProvider:
    fields = {
        "name": "shop",
        "issuer": ISSUER,
        "client_id": "web",
        "audience": "api",
        "algorithm": "ES256",
    }
    return OpenIdProvider.model_validate({**fields, **given})


def a_login(
    network: ProviderNetwork,
    logins: ProviderPlaces | None = None,
    unknown_keys: ProviderPlaces | None = None,
) -> ProviderLogin:
    settings = provider_settings()
    client = OpenIdClient(settings, HttpClient("shop", "", TracerProvider(), network))
    keys = ProviderKeys(settings, client, unknown_keys or ProviderPlaces(UNKNOWN_KEYS))
    return ProviderLogin(
        ProviderTokens(settings, keys),
        client,
        logins or ProviderPlaces(LOGINS),
        callback_url="https://shop.example/callback",
        home_url="https://shop.example/",
    )
