"""Validations that polls of changed sessions confirm."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from chassis import AuthenticationUnavailable, NotAuthenticated, RemoteTokenValidator
from chassis._authentication import token_changes, token_validation, validation
from chassis._authentication.token_changes import USES_FOR_POLL
from chassis._authentication.validation import CONFIRMED_SECONDS
from chassis.testing import a_peer, eventually

EXPIRES_AT = 2_000_000_000
Poll = Callable[[], Awaitable[None]]
SID = UUID("8f14e45f-ceea-467f-a5d4-7f1c2a9d3b60")


@dataclass
class Clock:
    """The monotonic clock, and the time of day."""

    now: float = 100.0
    today: float = EXPIRES_AT - 900.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.today


@dataclass
class UserService:
    """Validates each token for one session, and reports changes.

    Attributes:
        validations: how often a token was validated.
        polls: the cursors of the polls so far.
        validating: responses to validations wait while it is cleared.
    """

    valid: bool = True
    status: int = 200
    changed: list[UUID] = field(default_factory=list)
    all_changed: bool = False
    polls_status: int = 200
    validations: int = 0
    polls: list[str | None] = field(default_factory=list)
    validating: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.validating.set()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token-changes":
            return self._changes(request.url.params.get("since"))
        self.validations += 1
        body: dict[str, Any] = {"valid": self.valid}
        if self.valid:
            body |= {"user_id": 7, "username": "ada", "roles": ["customer"]}
            body |= {"sid": str(SID), "expires_at": EXPIRES_AT}
        # As of now, whenever the response arrives.
        status = self.status
        await self.validating.wait()
        return httpx.Response(status, json=body)

    def _changes(self, since: str | None) -> httpx.Response:
        self.polls.append(since)
        body = {
            "cursor": len(self.polls),
            "all_changed": since is None or self.all_changed,
            "session_ids": [str(each) for each in self.changed],
        }
        return httpx.Response(self.polls_status, json=body)


@pytest.fixture
def users() -> UserService:
    return UserService()


@pytest.fixture
def validator(
    users: UserService, monkeypatch: pytest.MonkeyPatch
) -> RemoteTokenValidator:
    # A test machine that stalls is no hung service.
    monkeypatch.setattr(token_validation, "VALIDATION_SECONDS", 30.0)
    monkeypatch.setattr(token_changes, "POLL_SECONDS", 30.0)
    return RemoteTokenValidator(a_peer(httpx.MockTransport(users)))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(token_validation, "time", clock)
    monkeypatch.setattr(validation, "time", clock)
    return clock


@pytest.fixture
def poll(validator: RemoteTokenValidator, users: UserService, clock: Clock) -> Poll:
    """Causes a poll of changes, and waits until it is answered."""

    async def cause() -> None:
        clock.now += 0.4
        polls = len(users.polls)
        changes = validator._changes
        for _ in range(USES_FOR_POLL):
            changes.note_use(clock.now)

        async def is_answered() -> bool:
            task = changes._polling
            return len(users.polls) > polls and task is not None and task.done()

        await eventually(is_answered, every=0.001)

    return cause


async def test_polls_confirm_validation(
    validator: RemoteTokenValidator, users: UserService, poll: Poll
) -> None:
    await poll()
    await validator.validate("t")
    for _ in range(10):
        await poll()
        await validator.validate("t")

    assert users.validations == 1
    assert users.polls == [None, *(str(number) for number in range(1, 11))]


async def test_changed_session_is_validated_again(
    validator: RemoteTokenValidator, users: UserService, poll: Poll
) -> None:
    await poll()
    await validator.validate("t")
    users.valid, users.changed = False, [uuid4(), SID]
    await poll()

    with pytest.raises(NotAuthenticated):
        await validator.validate("t")


async def test_validation_is_not_confirmed_without_polls(
    validator: RemoteTokenValidator, users: UserService, poll: Poll, clock: Clock
) -> None:
    await poll()
    await validator.validate("t")
    users.polls_status = 503
    await poll()
    await poll()
    clock.now += 0.01
    users.valid = False

    with pytest.raises(NotAuthenticated):
        await validator.validate("t")


async def test_failed_polls_do_not_stop_validations(
    validator: RemoteTokenValidator, users: UserService, poll: Poll
) -> None:
    users.polls_status = 503
    for _ in range(10):
        await poll()

    await validator.validate("of somebody else")
    assert len(users.polls) == 10


async def test_outage_is_unavailable_once_polls_are_old(
    validator: RemoteTokenValidator, users: UserService, poll: Poll, clock: Clock
) -> None:
    await poll()
    await validator.validate("t")
    await poll()
    users.polls_status = users.status = 503
    clock.now += 0.79
    await validator.validate("t")
    clock.now += 0.02

    with pytest.raises(AuthenticationUnavailable):
        await validator.validate("t")


async def test_failed_poll_does_not_lose_changes(
    validator: RemoteTokenValidator, users: UserService, poll: Poll
) -> None:
    await poll()
    users.polls_status = 503
    await poll()
    users.polls_status = 200
    await poll()

    assert users.polls == [None, "1", "1"]


async def test_change_reported_during_validation_is_not_missed(
    validator: RemoteTokenValidator, users: UserService, poll: Poll
) -> None:
    """The validation is read before the change, and arrives after its report."""
    await poll()
    users.validating.clear()
    asked = asyncio.create_task(validator.validate("t"))
    await eventually(lambda: _is(users.validations == 1), every=0.001)
    users.valid, users.changed = False, [SID]
    await poll()
    users.changed = []
    users.validating.set()
    await asked
    await poll()
    await poll()

    with pytest.raises(NotAuthenticated):
        await validator.validate("t")


async def test_unknown_changes_confirm_nothing(
    validator: RemoteTokenValidator, users: UserService, poll: Poll
) -> None:
    await poll()
    await validator.validate("t")
    users.all_changed = True
    await poll()
    await poll()
    await poll()
    await validator.validate("t")

    assert users.validations == 2


async def test_confirmed_validation_ends_with_its_token(
    validator: RemoteTokenValidator, users: UserService, poll: Poll, clock: Clock
) -> None:
    await poll()
    await validator.validate("t")
    clock.today = EXPIRES_AT
    for _ in range(3):
        await poll()
    await validator.validate("t")

    assert users.validations == 2


async def test_confirmed_validation_ends_after_30_seconds(
    validator: RemoteTokenValidator, users: UserService, poll: Poll, clock: Clock
) -> None:
    await poll()
    await validator.validate("t")
    begun = clock.now
    while clock.now - begun < CONFIRMED_SECONDS:
        await validator.validate("t")
        await poll()
    assert users.validations == 1
    await validator.validate("t")

    assert users.validations == 2


async def test_cursor_is_dropped_after_long_pause(
    users: UserService, poll: Poll, clock: Clock
) -> None:
    await poll()
    clock.now += 31
    await poll()

    assert users.polls == [None, None]


async def test_few_validations_cause_no_poll(
    validator: RemoteTokenValidator, users: UserService, clock: Clock
) -> None:
    for _ in range(USES_FOR_POLL - 1):
        clock.now += 1
        await validator.validate("t")

    assert users.polls == []


async def _is(condition: bool) -> bool:
    return condition
