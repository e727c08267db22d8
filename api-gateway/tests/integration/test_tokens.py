"""Access tokens are verified offline: invalid ones never reach a service."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from types import SimpleNamespace

import httpx
import pytest

from app.tokens.public_keys import PublicKeys
from chassis._peers.breaker import FAILURES
from chassis.testing import a_peer, eventually
from tests.gateway import Gateway, serving
from tests.tokens import ISSUER, KEY, OTHER, SigningKey, bearer
from tests.upstream import Upstream


def part(data: object) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims_of(token: str) -> str:
    return token.split(".")[1]


def unsigned(alg: str) -> str:
    header = {"alg": alg, "kid": KEY.kid, "typ": "at+jwt"}
    return f"{part(header)}.{claims_of(KEY.token())}."


def signed_with_the_public_key() -> str:
    header = {"alg": "HS256", "kid": KEY.kid, "typ": "at+jwt"}
    signed = f"{part(header)}.{claims_of(KEY.token())}"
    digest = hmac.new(KEY.public_pem, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{part(digest)}"


def respelled(token: str) -> str:
    """Returns the token with other spare bits in its last character."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + letters[letters.index(token[-1]) ^ 1]


NOW = int(time.time())
BAD = {
    "no token": "nonsense",
    "empty": "a.b.c",
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg missing": f"{part({'kid': KEY.kid})}.{claims_of(KEY.token())}.x",
    "HS256 with the public key": signed_with_the_public_key(),
    "RS512": KEY.token(algorithm="RS512"),
    "RS384": KEY.token(algorithm="RS384"),
    "kid missing": KEY.token(header={"kid": None}),
    "kid no text": KEY.token(header={"kid": 7}),
    "unknown kid": KEY.token(header={"kid": "unknown"}, iat=NOW - 60),
    "kid of another key": OTHER.token(header={"kid": KEY.kid}),
    "key in its header": OTHER.token(header={"jwk": OTHER.jwk, "kid": KEY.kid}),
    "crit": KEY.token(header={"crit": ["exp"]}),
    "b64": KEY.token(header={"b64": False}),
    "typ JWT": KEY.token(header={"typ": "JWT"}),
    "typ missing": KEY.token(header={"typ": None}),
    "typ of an ID token": KEY.token(header={"typ": "id_token+jwt"}),
    "iss missing": KEY.token(iss=None),
    "iss list": KEY.token(iss=[ISSUER, "x"]),
    "aud missing": KEY.token(aud=None),
    "aud other": KEY.token(aud="another"),
    "aud list of others": KEY.token(aud=["another", "third"]),
    "exp missing": KEY.token(exp=None),
    "exp past": KEY.token(exp=NOW - 60),
    "exp text": KEY.token(exp="later"),
    "exp list": KEY.token(exp=[1]),
    "exp beyond all numbers": KEY.token(exp=10**400),
    "exp in a text": KEY.token(exp=str(NOW + 60)),
    "nbf to come": KEY.token(nbf=NOW + 3600),
    "sub missing": KEY.token(sub=None),
    "sub no text": KEY.token(sub=7),
    "changed claims": f"{KEY.token().split('.')[0]}.{part({'iss': ISSUER})}."
    f"{KEY.token().split('.')[2]}",
    "cut signature": KEY.token()[:-10],
    # Each of these would verify, and be remembered as another token.
    "junk in the signature": f"{KEY.token()}!!!!",
    "padded signature": f"{KEY.token()}==",
    "another last character": respelled(KEY.token()),
    "too long": KEY.token(name="a" * 8_192),
    "iat beyond all numbers": KEY.token(header={"kid": "unknown"}, iat=10**400),
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD)
async def test_invalid_token_is_rejected_without_asking_a_service(
    client: httpx.AsyncClient, upstream: Upstream, token: str
) -> None:
    response = await client.get("/api/v1/orders", headers=bearer(token))
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["code"] == "not_authenticated"
    assert upstream.requests == []


GOOD = {
    "plain": KEY.token(),
    "long typ": KEY.token(header={"typ": "application/at+jwt"}),
    "typ in capitals": KEY.token(header={"typ": "AT+JWT"}),
    "aud list": KEY.token(aud=["another", "pannier"]),
    # user-service may know the provider, and only it has the keys.
    "another issuer": OTHER.token(iss="https://login.example"),
}


@pytest.mark.parametrize("token", GOOD.values(), ids=GOOD)
async def test_valid_token_is_passed_on(
    client: httpx.AsyncClient, upstream: Upstream, token: str
) -> None:
    for scheme in ("Bearer", "bearer"):
        given = {"Authorization": f"{scheme} {token}"}
        response = await client.get("/api/v1/orders", headers=given)
        assert response.status_code == 200
    sent = (b"authorization", f"Bearer {token}".encode())
    assert sent in upstream.requests[0]["headers"]


async def test_request_without_token_is_passed_on_as_anonymous(
    client: httpx.AsyncClient, upstream: Upstream
) -> None:
    assert (await client.get("/api/v1/products")).status_code == 200
    assert len(upstream.requests) == 1


async def test_two_tokens_are_rejected(gateway: Gateway, upstream: Upstream) -> None:
    line = f"Authorization: Bearer {KEY.token()}\r\n"
    head = "GET /api/v1/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    answer = await gateway.send(f"{head}{line}{line}\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert upstream.requests == []


@pytest.mark.parametrize("path", ["login", "refresh", "logout", "register"])
async def test_expired_token_does_not_hinder_a_new_log_in(
    client: httpx.AsyncClient, upstream: Upstream, path: str
) -> None:
    expired = bearer(KEY.token(exp=NOW - 60))
    response = await client.post(f"/api/v1/auth/{path}", headers=expired)
    assert response.status_code == 200


async def test_verified_token_expires(
    client: httpx.AsyncClient, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    exp = int(time.time()) + 900
    token = bearer(KEY.token(exp=exp))
    assert (await client.get("/api/v1/orders", headers=token)).is_success
    for now, status in ((exp - 1, 200), (exp, 401)):
        clock = SimpleNamespace(time=lambda now=now: now)
        monkeypatch.setattr("app.tokens.access_tokens.time", clock)
        response = await client.get("/api/v1/orders", headers=token)
        assert response.status_code == status
    assert len(upstream.requests) == 2


async def is_rejected(client: httpx.AsyncClient, token: dict[str, str]) -> bool:
    return (await client.get("/api/v1/orders", headers=token)).status_code == 401


async def test_rotation_under_load_rejects_no_token() -> None:
    statuses: list[int] = []
    async with (
        Upstream.started() as upstream,
        serving(upstream.url) as gateway,
        gateway.client() as client,
    ):
        current, is_over = KEY, False

        async def ask() -> None:
            while not is_over:
                token = bearer(current.token())
                response = await client.get("/api/v1/orders", headers=token)
                statuses.append(response.status_code)

        asking = [asyncio.create_task(ask()) for _ in range(4)]
        for number in range(3):
            following = SigningKey(f"rotated-{number}")
            assert upstream.jwks is not None
            upstream.jwks = [upstream.jwks[-1], following.jwk]
            current = following
            await answered(statuses, len(statuses) + 40)
        is_over = True
        await asyncio.gather(*asking)
    assert set(statuses) == {200}


async def answered(statuses: list[int], count: int) -> None:
    async def are_there() -> bool:
        return len(statuses) >= count

    await eventually(are_there)


async def test_unknown_keys_are_asked_for_once_in_ten_seconds() -> None:
    asked, now = 0, 100.0

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return httpx.Response(200, json={"keys": [KEY.jwk]})

    keys = PublicKeys(a_peer(httpx.MockTransport(answer)), clock=lambda: now)
    for _ in range(20):
        assert await keys.find_or_fetch("unknown") is None
    assert asked == 1
    now += 9.9
    await keys.find_or_fetch("another")
    assert asked == 1
    now += 0.2
    await asyncio.gather(*(keys.find_or_fetch(str(n)) for n in range(20)))
    assert asked == 2


async def test_keys_are_kept_while_user_service_is_down() -> None:
    async with (
        Upstream.started() as upstream,
        serving(upstream.url) as gateway,
        gateway.client() as client,
    ):
        assert (
            await client.get("/api/v1/orders", headers=bearer(KEY.token()))
        ).is_success
        upstream.jwks = None
        response = await client.get("/api/v1/orders", headers=bearer(KEY.token()))
        assert response.status_code == 200
        forged = OTHER.token(header={"kid": KEY.kid})
        response = await client.get("/api/v1/orders", headers=bearer(forged))
        assert response.status_code == 401


async def test_failed_fetches_of_keys_open_no_breaker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.main.FETCH_INTERVAL", 0.01)
    async with Upstream.started() as upstream:
        upstream.jwks = None

        async def has_failed_often() -> bool:
            return upstream.jwks_requests >= FAILURES

        async with (
            serving(upstream.url) as gateway,
            gateway.client() as client,
        ):
            await eventually(has_failed_often)
            response = await client.post("/api/v1/auth/login")
    assert response.status_code == 200


async def test_token_cannot_be_checked_without_any_keys() -> None:
    async with Upstream.started() as upstream:
        upstream.jwks = None
        async with (
            serving(upstream.url) as gateway,
            gateway.client() as client,
        ):
            token = bearer(KEY.token())
            response = await client.get("/api/v1/orders", headers=token)
            assert response.status_code == 503
            assert response.json()["code"] == "authentication_unavailable"
            anonymous = await client.get("/api/v1/products")
            assert anonymous.status_code == 200
    targets = [request["target"] for request in upstream.requests]
    assert "/products" in targets
    assert "/orders" not in targets


async def test_withdrawn_key_is_no_longer_accepted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.main.FETCH_INTERVAL", 0.1)
    async with (
        Upstream.started() as upstream,
        serving(upstream.url) as gateway,
        gateway.client() as client,
    ):
        token = bearer(KEY.token())
        assert (await client.get("/api/v1/orders", headers=token)).is_success
        upstream.jwks = [OTHER.jwk]
        await eventually(lambda: is_rejected(client, token))
