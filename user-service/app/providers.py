"""Opens the OpenID Connect providers that the settings name."""

from collections.abc import Sequence

from app.clients.openid_provider import OpenIdClient
from app.config.providers import OpenIdProvider
from app.security.provider_keys import FETCH_INTERVAL, ProviderKeys
from app.security.provider_tokens import AllProviderTokens, ProviderTokens
from chassis import HttpClient, Lifespan, Worker


async def open_providers(
    lifespan: Lifespan, providers: Sequence[OpenIdProvider]
) -> AllProviderTokens:
    """Returns the readers of their tokens; workers keep the keys up to date."""
    opened = [await _open(lifespan, provider) for provider in providers]
    return AllProviderTokens(opened)


async def _open(lifespan: Lifespan, provider: OpenIdProvider) -> ProviderTokens:
    http = HttpClient(provider.name, "", lifespan.tracer_provider)
    lifespan.stack.push_async_callback(http.close)
    keys = ProviderKeys(provider, OpenIdClient(provider, http))
    lifespan.run(
        Worker(
            f"provider-keys-{provider.name}",
            keys.refresh,
            interval=FETCH_INTERVAL,
            longest=FETCH_INTERVAL,
        )
    )
    return ProviderTokens(provider, keys)
