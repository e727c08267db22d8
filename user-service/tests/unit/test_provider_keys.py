"""The keys of a provider: when they are fetched, and which are used."""

import asyncio
import time
from typing import Any

import pytest

from app.security.provider_keys import FETCH_INTERVAL_FOR_UNKNOWN
from app.security.provider_places import UNKNOWN_KEYS
from app.security.provider_tokens import ProviderTokens
from chassis import HttpClient
from tests.openid_provider import Provider, public
from tests.provider_tokens import Clock, is_accepted, is_undecided, reader

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

    assert await is_undecided(provider_tokens, provider.token())


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
    provider.restart()


async def test_unknown_key_is_undecided_while_provider_is_down(
    provider: Provider, provider_tokens: ProviderTokens, clock: Clock
) -> None:
    assert await is_accepted(provider_tokens, provider.token())
    provider.stop()
    clock.seconds += FETCH_INTERVAL_FOR_UNKNOWN

    for _ in range(3):
        assert await is_undecided(provider_tokens, provider.token({"kid": "two"}))
        clock.seconds += 1
    provider.restart()


async def test_old_token_is_rejected_while_provider_is_down(
    provider: Provider, provider_tokens: ProviderTokens, clock: Clock
) -> None:
    assert await is_accepted(provider_tokens, provider.token())
    provider.stop()
    clock.seconds += FETCH_INTERVAL_FOR_UNKNOWN
    issued_at = int(time.time()) - 60

    token = provider.token({"kid": "two"}, iat=issued_at)

    assert not await is_undecided(provider_tokens, token)
    assert not await is_accepted(provider_tokens, token)
    provider.restart()


@pytest.mark.parametrize("published", [None, {}, {"keys": "two"}, {"keys": [1]}])
async def test_unreadable_keys_decide_about_no_token(
    provider: Provider, provider_tokens: ProviderTokens, published: Any
) -> None:
    provider.documents[KEYS_PATH] = published

    assert await is_undecided(provider_tokens, provider.token())


async def test_failing_provider_is_asked_once_in_ten_seconds(
    provider: Provider, provider_tokens: ProviderTokens, clock: Clock
) -> None:
    provider.documents.clear()
    for number in range(20):
        clock.seconds += 1
        assert await is_undecided(provider_tokens, provider.token({"kid": f"{number}"}))

    assert len(provider.requests) == 2


async def test_fetch_of_worker_postpones_no_new_key(
    provider: Provider, provider_tokens: ProviderTokens
) -> None:
    await provider_tokens.keys.refresh()
    provider.rotate_to("one", "two")

    assert await is_accepted(provider_tokens, provider.token())


async def test_keys_that_follow_each_other_soon_are_found(
    provider: Provider, provider_tokens: ProviderTokens
) -> None:
    for kid in ("two", "three", "four"):
        provider.rotate_to(kid)
        assert await is_accepted(provider_tokens, provider.token())


async def test_new_key_rejects_none_of_many_tokens(
    provider: Provider, provider_tokens: ProviderTokens
) -> None:
    assert await is_accepted(provider_tokens, provider.token())
    provider.rotate_to("two")
    tokens = [provider.token() for _ in range(3 * UNKNOWN_KEYS)]

    undecided = await asyncio.gather(
        *(is_undecided(provider_tokens, t) for t in tokens)
    )

    assert undecided.count(True) <= len(tokens) - UNKNOWN_KEYS
    for token, is_late in zip(tokens, undecided, strict=True):
        assert is_late or await is_accepted(provider_tokens, token)


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
    assert await is_undecided(provider_tokens, provider.token())
    provider.restart()
    clock.seconds += FETCH_INTERVAL_FOR_UNKNOWN

    assert await is_accepted(provider_tokens, provider.token())
