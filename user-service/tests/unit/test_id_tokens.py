"""ID tokens of a provider: each way in which one can be wrong."""

import base64
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from jose import jwk, jws
from opentelemetry.sdk.trace import TracerProvider

from app.clients.openid_provider import OpenIdClient
from app.errors import ProviderLoginFailed
from app.security.id_tokens import IdTokens
from app.security.provider_keys import ProviderKeys
from app.security.provider_places import UNKNOWN_KEYS, ProviderPlaces
from app.security.provider_tokens import ProviderTokens
from chassis import HttpClient
from tests.openid_provider import ACCESS, AUDIENCE, CLIENT_ID, ID, LOGOUT, Provider

NONCE = "nonce of this log-in"


@pytest_asyncio.fixture
async def id_tokens(provider: Provider) -> AsyncIterator[IdTokens]:
    settings = provider.settings()
    http = HttpClient("shop", "", TracerProvider())
    client = OpenIdClient(settings, http)
    keys = ProviderKeys(settings, client, ProviderPlaces(UNKNOWN_KEYS))
    yield IdTokens(ProviderTokens(settings, keys))
    await http.close()


def id_token(
    provider: Provider, header: dict[str, Any] | None = None, **given: Any
) -> str:
    claims = {"aud": CLIENT_ID, "nonce": NONCE, **given}
    return provider.token({"typ": ID, **(header or {})}, **claims)


async def is_accepted(id_tokens: IdTokens, token: str) -> bool:
    try:
        await id_tokens.read(token, NONCE)
    except ProviderLoginFailed:
        return False
    return True


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"sid": None},
        {"aud": [CLIENT_ID]},
        {"azp": CLIENT_ID},
        {"aud": [CLIENT_ID, "other"], "azp": CLIENT_ID},
        {"at_hash": "x", "c_hash": "y", "acr": "1", "typ": "ID"},
    ],
    ids=str,
)
async def test_id_token_of_this_log_in_is_accepted(
    provider: Provider, id_tokens: IdTokens, given: dict[str, Any]
) -> None:
    assert await is_accepted(id_tokens, id_token(provider, **given))


@pytest.mark.parametrize(
    "given",
    [
        {"nonce": None},
        {"nonce": ""},
        {"nonce": "another"},
        {"nonce": [NONCE]},
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": AUDIENCE},
        {"aud": ["other"]},
        {"aud": None},
        {"aud": [CLIENT_ID, "other"]},
        {"aud": [CLIENT_ID, "other"], "azp": "other"},
        {"azp": "other"},
        {"exp": None},
        {"exp": [2**40]},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"events": {}},
    ],
    ids=str,
)
async def test_id_token_with_wrong_claim_is_refused(
    provider: Provider, id_tokens: IdTokens, given: dict[str, Any]
) -> None:
    assert not await is_accepted(id_tokens, id_token(provider, **given))


@pytest.mark.parametrize(
    ("claim", "seconds"), [("exp", -1), ("iat", -400), ("iat", 400), ("nbf", 400)]
)
async def test_id_token_of_another_time_is_refused(
    provider: Provider, id_tokens: IdTokens, claim: str, seconds: int
) -> None:
    given: dict[str, Any] = {claim: int(time.time()) + seconds}

    assert not await is_accepted(id_tokens, id_token(provider, **given))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": ACCESS},
        {"typ": LOGOUT},
        {"kid": "unknown"},
        {"kid": None},
        {"crit": ["exp"]},
        {"b64": False},
        {"typ": None},
    ],
    ids=str,
)
async def test_id_token_with_wrong_header_is_refused(
    provider: Provider, id_tokens: IdTokens, header: dict[str, Any]
) -> None:
    assert not await is_accepted(id_tokens, id_token(provider, header))


@pytest.mark.parametrize("algorithm", ["HS256", "RS512", "none"])
async def test_id_token_with_another_algorithm_is_refused(
    provider: Provider, id_tokens: IdTokens, algorithm: str
) -> None:
    claims = provider.claims(aud=CLIENT_ID, nonce=NONCE)
    header = {"kid": "one", "typ": ID}
    if algorithm == "HS256":
        # With the public key as the secret, which everyone knows.
        secret = jwk.construct(
            provider.keys["one"].public_key().to_dict()["n"], "HS256"
        )
        token = jws.sign(claims, secret, header, "HS256")
    elif algorithm == "RS512":
        key = jwk.construct(provider.keys["one"].to_pem(), "RS512")
        token = jws.sign(claims, key, header, "RS512")
    else:
        token = f"{encoded({**header, 'alg': 'none'})}.{encoded(claims)}."

    assert not await is_accepted(id_tokens, token)


async def test_id_token_signed_with_another_key_is_refused(
    provider: Provider, id_tokens: IdTokens
) -> None:
    with Provider.running() as attacker:
        attacker.rotate_to("another")
        forged = id_token(attacker, {"kid": "one"}, iss=provider.issuer)

    assert not await is_accepted(id_tokens, forged)


async def test_id_token_without_type_is_accepted(
    provider: Provider, id_tokens: IdTokens
) -> None:
    """The type is optional (RFC 7519, section 5.1)."""
    claims = provider.claims(aud=CLIENT_ID, nonce=NONCE)
    signed = f"{encoded({'alg': 'RS256', 'kid': 'one'})}.{encoded(claims)}"
    signature = provider.keys["one"].sign(signed.encode())

    token = f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"

    assert await is_accepted(id_tokens, token)


def encoded(part: dict[str, Any]) -> str:
    content = json.dumps(part).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
