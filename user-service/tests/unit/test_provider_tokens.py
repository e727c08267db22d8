"""Access tokens of a provider: which are read, and which are rejected."""

import time
from typing import Any

import pytest
from jose import jwk, jws

from app.models.user import Role
from app.security.provider_tokens import AllProviderTokens, ProviderTokens
from chassis import HttpClient
from tests.openid_provider import CLIENT_ID, ID, LOGOUT, Provider
from tests.provider_tokens import Clock, is_accepted, reader


async def test_access_token_is_accepted(
    provider: Provider, provider_tokens: ProviderTokens
) -> None:
    found = await provider_tokens.read(
        provider.token(sub="ada", aud=["other", "pannier"])
    )

    assert found.claims.sub == "ada"
    assert found.role == Role.CUSTOMER


async def test_every_claim_is_found_by_its_path(
    provider: Provider, provider_tokens: ProviderTokens
) -> None:
    nested: dict[str, Any] = {"a.b": 1, "c": {"d": 2}}
    token = provider.token(sub="ada", **nested)

    claims = (await provider_tokens.read(token)).claims

    assert [claims.find(path) for path in ("sub", "a.b", "c.d", "aud")] == [
        "ada",
        1,
        2,
        "pannier",
    ]
    assert [claims.find(path) for path in ("a", "c.e", "sub.x", "")] == [None] * 4


@pytest.mark.parametrize("junk", ["!!!!", "==", "\u00e9"])
async def test_token_has_one_spelling(
    provider: Provider, provider_tokens: ProviderTokens, junk: str
) -> None:
    assert not await is_accepted(provider_tokens, provider.token() + junk)


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
    provider: Provider, provider_tokens: ProviderTokens, wrong: dict[str, Any]
) -> None:
    assert not await is_accepted(provider_tokens, provider.token(**wrong))


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
    provider: Provider, provider_tokens: ProviderTokens, header: dict[str, Any]
) -> None:
    assert not await is_accepted(provider_tokens, provider.token(header))


@pytest.mark.parametrize("typ", ["AT+JWT", "application/at+jwt"])
async def test_type_is_compared_as_media_type(
    provider: Provider, provider_tokens: ProviderTokens, typ: str
) -> None:
    assert await is_accepted(provider_tokens, provider.token({"typ": typ}))


@pytest.mark.parametrize("algorithm", ["HS256", "RS512", "none"])
async def test_token_with_another_algorithm_is_rejected(
    provider: Provider, provider_tokens: ProviderTokens, algorithm: str
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

    assert not await is_accepted(provider_tokens, token)


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
    provider: Provider, provider_tokens: ProviderTokens, claim: Any, role: Role
) -> None:
    found = await provider_tokens.read(provider.token(realm_access=claim))

    assert found.role == role


async def test_claim_with_dots_in_its_name_is_found(
    provider: Provider, http: HttpClient, clock: Clock
) -> None:
    name = "https://shop.example/roles"
    provider_tokens = reader(provider.settings(roles_claim=name), http, clock)

    claims = {**provider.claims(), name: ["shop-admin"]}
    found = await provider_tokens.read(provider.sign(claims))

    assert found.role == Role.ADMIN


async def test_token_without_wanted_role_is_rejected(
    provider: Provider, http: HttpClient, clock: Clock
) -> None:
    provider_tokens = reader(provider.settings(customer_values=["buyer"]), http, clock)

    assert await is_accepted(
        provider_tokens, provider.token(realm_access={"roles": ["buyer"]})
    )
    assert not await is_accepted(provider_tokens, provider.token())


async def test_session_is_not_shared_by_subjects(
    provider: Provider, provider_tokens: ProviderTokens
) -> None:
    one = await provider_tokens.read(provider.token(sub="one", sid="same"))
    two = await provider_tokens.read(provider.token(sub="two", sid="same"))

    assert one.session != two.session
    assert one.provider_session == two.provider_session


@pytest.mark.parametrize("token", ["", "a.b.c", "é.é.é", "x" * 8000, "[" * 5000])
async def test_token_without_known_issuer_has_no_provider(
    provider: Provider, provider_tokens: ProviderTokens, token: str
) -> None:
    known = AllProviderTokens([provider_tokens])

    assert known.find(token) is None
    assert known.find(provider.token()) is provider_tokens
    assert known.find(provider.token(iss="http://elsewhere")) is None
