"""A reader of the access tokens of one provider, for tests."""

from app.clients.openid_provider import OpenIdClient
from app.config.providers import OpenIdProvider
from app.security.provider_keys import ProviderKeys
from app.security.provider_places import UNKNOWN_KEYS, ProviderPlaces
from app.security.provider_tokens import ProviderTokens
from chassis import AuthenticationUnavailable, HttpClient, NotAuthenticated


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


def reader(settings: OpenIdProvider, http: HttpClient, clock: Clock) -> ProviderTokens:
    client, places = OpenIdClient(settings, http), ProviderPlaces(UNKNOWN_KEYS)
    keys = ProviderKeys(settings, client, places, clock)
    return ProviderTokens(settings, keys)


async def is_accepted(tokens: ProviderTokens, token: str) -> bool:
    try:
        await tokens.read(token)
    except NotAuthenticated:
        return False
    return True


async def is_undecided(tokens: ProviderTokens, token: str) -> bool:
    """Returns whether the token is neither accepted nor rejected."""
    try:
        await tokens.read(token)
    except NotAuthenticated:
        return False
    except AuthenticationUnavailable:
        return True
    return False
