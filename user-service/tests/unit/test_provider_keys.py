"""The keys of a provider: when they are fetched, and which are used."""

from typing import Any

import pytest

from app.security.provider_keys import FETCH_INTERVAL_FOR_UNKNOWN
from app.security.provider_tokens import ProviderTokens
from chassis import HttpClient
from tests.openid_provider import Provider, public
from tests.provider_tokens import Clock, is_accepted, reader

KEYS_PATH = "/realms/shop/keys"


async def test_token_signed_with_another_key_of_same_name_is_rejected(
    provider: Provider, provider_tokens: ProviderTokens
) -> None:
    assert await is_accepted(provider_tokens, provider.token())
    with Provider.running() as attacker:
        attacker.rotate_to("another")
        forged = attacker.token({"kid": "one"}, iss=provider.issuer)

    assert not await is_accepted(provider_tokens, forged)


async def test_elliptic_curve_is_accepted_if_configured(
    provider: Provider, http: HttpClient, clock: Clock
) -> None:
    provider.rotate_to("curve", algorithm="ES256")

    provider_tokens = reader(provider.settings(algorithm="ES256"), http, clock)

    assert await is_accepted(provider_tokens, provider.token())


@pytest.mark.parametrize(
    "changed",
    [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct"}, {"n": "AQAB"}, {"kid": 1}],
    ids=str,
)
async def test_key_for_another_purpose_is_not_used(
    provider: Provider, provider_tokens: ProviderTokens, changed: dict[str, Any]
) -> None:
    provider.publish({**public(provider.keys["one"], "one"), **changed})

    assert not await is_accepted(provider_tokens, provider.token())


async def test_metadata_of_another_issuer_are_rejected(
    provider: Provider, provider_tokens: ProviderTokens
) -> None:
    for document in provider.documents.values():
        document["issuer"] = "http://elsewhere"

    assert not await is_accepted(provider_tokens, provider.token())


async def test_new_key_is_fetched_at_first_token(
    provider: Provider, provider_tokens: ProviderTokens, clock: Clock
) -> None:
    assert await is_accepted(provider_tokens, provider.token())
    clock.seconds += FETCH_INTERVAL_FOR_UNKNOWN
    provider.rotate_to("one", "two")

    assert await is_accepted(provider_tokens, provider.token())


async def test_keys_are_fetched_once_in_ten_seconds(
    provider: Provider, provider_tokens: ProviderTokens, clock: Clock
) -> None:
    for number in range(20):
        clock.seconds += 1
        assert not await is_accepted(
            provider_tokens, provider.token({"kid": f"{number}"})
        )

    assert provider.requests.count(KEYS_PATH) == 2


async def test_keys_stay_while_provider_is_down(
    provider: Provider, provider_tokens: ProviderTokens, clock: Clock
) -> None:
    assert await is_accepted(provider_tokens, provider.token())
    provider.stop()
    clock.seconds += 3600
    await provider_tokens.keys.refresh()

    assert await is_accepted(provider_tokens, provider.token())
    assert not await is_accepted(provider_tokens, provider.token({"kid": "two"}))
    provider.restart()


@pytest.mark.parametrize("published", [[], None, "keys"])
async def test_keys_stay_when_provider_publishes_none(
    provider: Provider, provider_tokens: ProviderTokens, published: Any
) -> None:
    assert await is_accepted(provider_tokens, provider.token())
    provider.documents[KEYS_PATH] = {"keys": published}
    await provider_tokens.keys.refresh()

    assert await is_accepted(provider_tokens, provider.token())


async def test_withdrawn_key_is_not_accepted(
    provider: Provider, provider_tokens: ProviderTokens
) -> None:
    token = provider.token()
    assert await is_accepted(provider_tokens, token)
    provider.rotate_to("two")
    await provider_tokens.keys.refresh()

    assert not await is_accepted(provider_tokens, token)


async def test_provider_that_starts_late_is_found(
    provider: Provider, provider_tokens: ProviderTokens, clock: Clock
) -> None:
    provider.stop()
    assert not await is_accepted(provider_tokens, provider.token())
    provider.restart()
    clock.seconds += FETCH_INTERVAL_FOR_UNKNOWN

    assert await is_accepted(provider_tokens, provider.token())
