"""Opens the OpenID Connect providers that the settings name."""

from collections.abc import Sequence

from app.clients.openid_provider import OpenIdClient
from app.config.providers import OpenIdProvider
from app.security.provider_keys import FETCH_INTERVAL, ProviderKeys
from app.security.provider_login import ProviderLogin
from app.security.provider_logins import ProviderLogins
from app.security.provider_places import LOGINS, UNKNOWN_KEYS, ProviderPlaces
from app.security.provider_tokens import AllProviderTokens, ProviderTokens
from chassis import HttpClient, Lifespan, Worker

CALLBACK = "/api/v1/auth/oidc/callback"


async def open_providers(
    lifespan: Lifespan, providers: Sequence[OpenIdProvider], public_url: str
) -> tuple[AllProviderTokens, ProviderLogins]:
    """Returns the readers of their tokens, and their log-ins.

    Workers keep the keys and the metadata up to date.
    """
    places = ProviderPlaces(LOGINS), ProviderPlaces(UNKNOWN_KEYS)
    logins = [
        await _open(lifespan, provider, public_url, *places) for provider in providers
    ]
    tokens = AllProviderTokens([login.tokens for login in logins])
    return tokens, ProviderLogins(logins)


async def _open(
    lifespan: Lifespan,
    provider: OpenIdProvider,
    public_url: str,
    logins: ProviderPlaces,
    unknown_keys: ProviderPlaces,
) -> ProviderLogin:
    http = HttpClient(provider.name, "", lifespan.tracer_provider)
    lifespan.stack.push_async_callback(http.close)
    client = OpenIdClient(provider, http)
    keys = ProviderKeys(provider, client, unknown_keys)
    lifespan.run(
        Worker(
            f"provider-keys-{provider.name}",
            keys.refresh,
            interval=FETCH_INTERVAL,
            longest=FETCH_INTERVAL,
        )
    )
    return ProviderLogin(
        ProviderTokens(provider, keys),
        client,
        logins,
        callback_url=f"{public_url}{CALLBACK}",
        home_url=f"{public_url}/",
    )
