"""Access tokens of a provider: which are read, and which are rejected."""

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from jose import jwk, jws
from opentelemetry.sdk.trace import TracerProvider

from app.clients.openid_provider import OpenIdClient
from app.config.providers import OpenIdProvider
from app.models.user import Role
from app.security.provider_keys import FETCH_INTERVAL_FOR_UNKNOWN, ProviderKeys
from app.security.provider_places import UNKNOWN_KEYS, ProviderPlaces
from app.security.provider_tokens import AllProviderTokens, ProviderTokens
from chassis import HttpClient, NotAuthenticated
from tests.openid_provider import CLIENT_ID, ID, LOGOUT, Provider, public

KEYS_PATH = "/realms/shop/keys"


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider.running() as provider:
        yield provider


@pytest_asyncio.fixture
async def http() -> AsyncIterator[HttpClient]:
    client = HttpClient("shop", "", TracerProvider())
    yield client
    await client.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def reader(settings: OpenIdProvider, http: HttpClient, clock: Clock) -> ProviderTokens:
    client, places = OpenIdClient(settings, http), ProviderPlaces(UNKNOWN_KEYS)
    keys = ProviderKeys(settings, client, places, clock)
    return ProviderTokens(settings, keys)


@pytest.fixture
def tokens(provider: Provider, http: HttpClient, clock: Clock) -> ProviderTokens:
    return reader(provider.settings(), http, clock)


async def is_accepted(tokens: ProviderTokens, token: str) -> bool:
    try:
        await tokens.read(token)
    except NotAuthenticated:
        return False
    return True


async def test_access_token_is_accepted(
    provider: Provider, tokens: ProviderTokens
) -> None:
    found = await tokens.read(provider.token(sub="ada", aud=["other", "pannier"]))

    assert found.claims.sub == "ada"
    assert found.role == Role.CUSTOMER


@pytest.mark.parametrize("junk", ["!!!!", "==", "\u00e9"])
async def test_token_has_one_spelling(
    provider: Provider, tokens: ProviderTokens, junk: str
) -> None:
    assert not await is_accepted(tokens, provider.token() + junk)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "http://elsewhere"},
        {"aud": "elsewhere"},
        {"aud": CLIENT_ID},
        {"aud": {"pannier": 1}},
        {"exp": int(time.time()) - 1},
        {"exp": "soon"},
        {"exp": [2**40]},
        {"exp": float("inf")},
        {"exp": True},
        {"nbf": int(time.time()) + 3600},
        {"iat": int(time.time()) + 3600},
        {"iat": int(time.time()) - 40 * 24 * 3600},
        {"sub": 7},
        {"sub": ""},
        {"sid": 7},
        {"sid": ""},
        {"typ": "ID"},
        {"typ": "Logout"},
        {"nonce": "n"},
        {"at_hash": "h"},
        {"events": {}},
        *({name: None} for name in ("iss", "aud", "exp", "iat", "sub")),
    ],
    ids=str,
)
async def test_token_with_wrong_claim_is_rejected(
    provider: Provider, tokens: ProviderTokens, wrong: dict[str, Any]
) -> None:
    assert not await is_accepted(tokens, provider.token(**wrong))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": ID},
        {"typ": LOGOUT},
        {"typ": None},
        {"kid": None},
        {"kid": ["one"]},
        {"kid": "two"},
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False},
    ],
    ids=str,
)
async def test_token_with_wrong_header_is_rejected(
    provider: Provider, tokens: ProviderTokens, header: dict[str, Any]
) -> None:
    assert not await is_accepted(tokens, provider.token(header))


@pytest.mark.parametrize("typ", ["AT+JWT", "application/at+jwt"])
async def test_type_is_compared_as_media_type(
    provider: Provider, tokens: ProviderTokens, typ: str
) -> None:
    assert await is_accepted(tokens, provider.token({"typ": typ}))


@pytest.mark.parametrize("algorithm", ["HS256", "RS512", "none"])
async def test_token_with_another_algorithm_is_rejected(
    provider: Provider, tokens: ProviderTokens, algorithm: str
) -> None:
    key = provider.keys["one"]
    header = {"kid": "one", "typ": "at+jwt"}
    if algorithm == "RS512":
        other = jwk.construct(key.to_pem(), "RS512")
        token = jws.sign(provider.claims(), other, header, "RS512")
    else:
        # With the public key as the secret, which everyone knows.
        secret = jwk.construct(key.public_key().to_dict()["n"], "HS256")
        token = jws.sign(provider.claims(), secret, header, "HS256")
        if algorithm == "none":
            _, payload, _ = token.split(".")
            none = jws.sign({}, secret, {**header, "alg": "none"}, "HS256")
            token = f"{none.split('.')[0]}.{payload}."

    assert not await is_accepted(tokens, token)


async def test_token_signed_with_another_key_of_same_name_is_rejected(
    provider: Provider, tokens: ProviderTokens
) -> None:
    assert await is_accepted(tokens, provider.token())
    with Provider.running() as attacker:
        attacker.rotate_to("another")
        forged = attacker.token({"kid": "one"}, iss=provider.issuer)

    assert not await is_accepted(tokens, forged)


async def test_elliptic_curve_is_accepted_if_configured(
    provider: Provider, http: HttpClient, clock: Clock
) -> None:
    provider.rotate_to("curve", algorithm="ES256")

    tokens = reader(provider.settings(algorithm="ES256"), http, clock)

    assert await is_accepted(tokens, provider.token())


@pytest.mark.parametrize(
    "changed",
    [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct"}, {"n": "AQAB"}, {"kid": 1}],
    ids=str,
)
async def test_key_for_another_purpose_is_not_used(
    provider: Provider, tokens: ProviderTokens, changed: dict[str, Any]
) -> None:
    provider.publish({**public(provider.keys["one"], "one"), **changed})

    assert not await is_accepted(tokens, provider.token())


async def test_metadata_of_another_issuer_are_rejected(
    provider: Provider, tokens: ProviderTokens
) -> None:
    for document in provider.documents.values():
        document["issuer"] = "http://elsewhere"

    assert not await is_accepted(tokens, provider.token())


async def test_new_key_is_fetched_at_first_token(
    provider: Provider, tokens: ProviderTokens, clock: Clock
) -> None:
    assert await is_accepted(tokens, provider.token())
    clock.seconds += FETCH_INTERVAL_FOR_UNKNOWN
    provider.rotate_to("one", "two")

    assert await is_accepted(tokens, provider.token())


async def test_keys_are_fetched_once_in_ten_seconds(
    provider: Provider, tokens: ProviderTokens, clock: Clock
) -> None:
    for number in range(20):
        clock.seconds += 1
        assert not await is_accepted(tokens, provider.token({"kid": f"{number}"}))

    assert provider.requests.count(KEYS_PATH) == 2


async def test_keys_stay_while_provider_is_down(
    provider: Provider, tokens: ProviderTokens, clock: Clock
) -> None:
    assert await is_accepted(tokens, provider.token())
    provider.stop()
    clock.seconds += 3600
    await tokens.keys.refresh()

    assert await is_accepted(tokens, provider.token())
    assert not await is_accepted(tokens, provider.token({"kid": "two"}))
    provider.restart()


@pytest.mark.parametrize("published", [[], None, "keys"])
async def test_keys_stay_when_provider_publishes_none(
    provider: Provider, tokens: ProviderTokens, published: Any
) -> None:
    assert await is_accepted(tokens, provider.token())
    provider.documents[KEYS_PATH] = {"keys": published}
    await tokens.keys.refresh()

    assert await is_accepted(tokens, provider.token())


async def test_withdrawn_key_is_not_accepted(
    provider: Provider, tokens: ProviderTokens
) -> None:
    token = provider.token()
    assert await is_accepted(tokens, token)
    provider.rotate_to("two")
    await tokens.keys.refresh()

    assert not await is_accepted(tokens, token)


async def test_provider_that_starts_late_is_found(
    provider: Provider, tokens: ProviderTokens, clock: Clock
) -> None:
    provider.stop()
    assert not await is_accepted(tokens, provider.token())
    provider.restart()
    clock.seconds += FETCH_INTERVAL_FOR_UNKNOWN

    assert await is_accepted(tokens, provider.token())


@pytest.mark.parametrize(
    ("claim", "role"),
    [
        ({"roles": ["shop-admin"]}, Role.ADMIN),
        ({"roles": ["service", "admin"]}, Role.CUSTOMER),
        ({"roles": "shop-admin"}, Role.ADMIN),
        ({"roles": None}, Role.CUSTOMER),
        ({"roles": [["shop-admin"]]}, Role.CUSTOMER),
        ("shop-admin", Role.CUSTOMER),
    ],
    ids=str,
)
async def test_role_is_that_of_claim(
    provider: Provider, tokens: ProviderTokens, claim: Any, role: Role
) -> None:
    found = await tokens.read(provider.token(realm_access=claim))

    assert found.role == role


async def test_claim_with_dots_in_its_name_is_found(
    provider: Provider, http: HttpClient, clock: Clock
) -> None:
    name = "https://shop.example/roles"
    tokens = reader(provider.settings(roles_claim=name), http, clock)

    claims = {**provider.claims(), name: ["shop-admin"]}
    found = await tokens.read(provider.sign(claims))

    assert found.role == Role.ADMIN


async def test_token_without_wanted_role_is_rejected(
    provider: Provider, http: HttpClient, clock: Clock
) -> None:
    tokens = reader(provider.settings(customer_values=["buyer"]), http, clock)

    assert await is_accepted(tokens, provider.token(realm_access={"roles": ["buyer"]}))
    assert not await is_accepted(tokens, provider.token())


async def test_session_is_not_shared_by_subjects(
    provider: Provider, tokens: ProviderTokens
) -> None:
    one = await tokens.read(provider.token(sub="one", sid="same"))
    two = await tokens.read(provider.token(sub="two", sid="same"))

    assert one.session != two.session
    assert one.provider_session == two.provider_session


@pytest.mark.parametrize("token", ["", "a.b.c", "é.é.é", "x" * 8000, "[" * 5000])
async def test_token_without_known_issuer_has_no_provider(
    provider: Provider, tokens: ProviderTokens, token: str
) -> None:
    known = AllProviderTokens([tokens])

    assert known.find(token) is None
    assert known.find(provider.token()) is tokens
    assert known.find(provider.token(iss="http://elsewhere")) is None
