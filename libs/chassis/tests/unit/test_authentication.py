"""Validations of tokens, and the time for which they are cached."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from chassis import AuthenticationUnavailable, NotAuthenticated, RemoteTokenValidator
from chassis._authentication import token_validation as authentication
from chassis._peers.breaker import FAILURES
from chassis.testing import a_peer, eventually, metric

ADA = {
    "valid": True,
    "user_id": 7,
    "username": "ada",
    "email": "ada@example.com",
    "full_name": None,
    "roles": ["customer"],
}


@dataclass
class Clock:
    monotonic: Callable[[], float]


class UserService:
    """Returns a given response, and counts the requests."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.body: Any = ADA
        self.media_type = "application/json"
        self.answering = asyncio.Event()
        self.answering.set()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token-changes":
            return httpx.Response(404)
        self.asked += 1
        await self.answering.wait()
        if isinstance(self.body, bytes):
            return httpx.Response(self.status, content=self.body)
        headers = {"Content-Type": self.media_type}
        return httpx.Response(self.status, json=self.body, headers=headers)

    async def asked_times(self, times: int) -> None:
        async def check() -> bool:
            return self.asked == times

        await eventually(check, every=0.001)


@pytest.fixture
def users() -> UserService:
    return UserService()


@pytest.fixture
def validator(
    users: UserService,
    pass_time: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> RemoteTokenValidator:
    # A test machine that stalls is no hung service.
    monkeypatch.setattr(authentication, "VALIDATION_SECONDS", 30.0)
    return RemoteTokenValidator(a_peer(httpx.MockTransport(users)))


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the clock of the validator on, which stands still otherwise."""
    now = 100.0

    def pass_(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(authentication, "time", Clock(lambda: now))
    return pass_


async def test_valid_token_identifies_caller(
    validator: RemoteTokenValidator,
) -> None:
    principal = await validator.validate("t")
    assert principal.user_id == 7
    assert principal.roles == {"customer"}


async def test_invalid_token_is_rejected(
    validator: RemoteTokenValidator, users: UserService
) -> None:
    users.body = {"valid": False, "message": "revoked"}
    with pytest.raises(NotAuthenticated):
        await validator.validate("t")


@pytest.mark.parametrize(("seconds", "asked"), [(0.8, 1), (0.81, 2)])
async def test_validation_is_cached_for_800_ms(
    validator: RemoteTokenValidator,
    users: UserService,
    pass_time: Callable[[float], None],
    seconds: float,
    asked: int,
) -> None:
    await validator.validate("t")
    pass_time(seconds)
    await validator.validate("t")
    assert users.asked == asked


async def test_concurrent_requests_share_one_validation(
    validator: RemoteTokenValidator, users: UserService
) -> None:
    await asyncio.gather(*(validator.validate("t") for _ in range(50)))
    assert users.asked == 1


async def test_slow_validation_is_as_old_as_its_request(
    validator: RemoteTokenValidator,
    users: UserService,
    pass_time: Callable[[float], None],
) -> None:
    users.answering.clear()
    first = asyncio.create_task(validator.validate("t"))
    await users.asked_times(1)
    pass_time(0.9)
    second = asyncio.create_task(validator.validate("t"))
    await users.asked_times(2)
    users.answering.set()
    await asyncio.gather(first, second)


async def test_tokens_are_not_mixed_up(
    validator: RemoteTokenValidator, users: UserService
) -> None:
    await validator.validate("a")
    users.body = {"valid": False}
    with pytest.raises(NotAuthenticated):
        await validator.validate("b")


async def test_outage_is_not_cached_as_invalid_token(
    validator: RemoteTokenValidator, users: UserService
) -> None:
    users.status = 503
    with pytest.raises(AuthenticationUnavailable):
        await validator.validate("t")
    users.status = 200
    assert (await validator.validate("t")).user_id == 7


async def test_undecided_token_spares_breaker_and_retries(users: UserService) -> None:
    peer = a_peer(httpx.MockTransport(users))
    validator = RemoteTokenValidator(peer)
    users.status, users.body = 503, {"code": "authentication_unavailable"}
    users.media_type = "application/problem+json"

    for number in range(2 * FAILURES):
        with pytest.raises(AuthenticationUnavailable):
            await validator.validate(f"{number}")

    assert users.asked == 2 * FAILURES
    assert peer.breaker_state == "closed"


async def test_undecided_token_is_no_success_for_breaker(users: UserService) -> None:
    peer = a_peer(httpx.MockTransport(users))
    validator = RemoteTokenValidator(peer)
    users.status, users.media_type = 503, "application/problem+json"

    for number in range(2 * FAILURES):
        is_undecided = number % 2 == 0
        code = "authentication_unavailable" if is_undecided else "database_unavailable"
        users.body = {"code": code}
        with pytest.raises(AuthenticationUnavailable):
            await validator.validate(f"{number}")

    assert peer.breaker_state == "open"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Welcome</html>"),
        (200, b""),
        (200, b"\xff\xfe"),
        (200, b"[" * 100_000),
        (200, []),
        (200, None),
        (200, {}),
        (200, {"valid": True}),
        (200, {"valid": "true", **{k: v for k, v in ADA.items() if k != "valid"}}),
        (200, ADA | {"roles": "admin"}),
        (200, ADA | {"user_id": "ada"}),
        (204, b""),
        (302, b""),
        (404, {"detail": "Not Found"}),
        (413, {"detail": "too large"}),
    ],
)
async def test_unreadable_verdict_is_unavailable_and_not_remembered(
    validator: RemoteTokenValidator, users: UserService, status: int, body: Any
) -> None:
    users.status, users.body = status, body
    with pytest.raises(AuthenticationUnavailable):
        await validator.validate("t")
    users.status, users.body = 200, ADA
    assert (await validator.validate("t")).user_id == 7


async def test_overlong_token_is_rejected_without_asking(
    validator: RemoteTokenValidator, users: UserService
) -> None:
    assert (await validator.validate("t" * 8192)).user_id == 7
    with pytest.raises(NotAuthenticated):
        await validator.validate("t" * 8193)
    assert users.asked == 1


async def test_only_so_many_tokens_are_remembered(
    validator: RemoteTokenValidator,
    users: UserService,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(authentication, "MAX_CACHED_TOKENS", 2)
    for token in ("a", "b", "c", "a"):
        await validator.validate(token)
    assert users.asked == 4


async def test_cache_hits_and_misses_are_counted(
    validator: RemoteTokenValidator,
) -> None:
    def counted(outcome: str) -> float:
        return metric("token_cache_requests_total", outcome=outcome)

    hits, misses = counted("hit"), counted("miss")
    for _ in range(3):
        await validator.validate("token")
    assert (counted("hit") - hits, counted("miss") - misses) == (2, 1)
