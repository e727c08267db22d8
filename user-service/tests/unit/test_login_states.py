"""The state of a log-in: who can make one, and for how long it is good."""

import base64
import re

import pytest

from app.errors import LoginStateInvalid
from app.security.login_states import LIFETIME, LoginState, LoginStates

KEY = b"0" * 32


class Clock:
    seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def states(clock: Clock) -> LoginStates:
    return LoginStates(KEY, clock)


@pytest.fixture
def begun() -> LoginState:
    return LoginState.begin("keycloak", "/orders")


def test_sealed_state_is_opened_by_its_response(
    states: LoginStates, begun: LoginState
) -> None:
    assert states.open(states.seal(begun), begun.state) == begun


def test_sealed_state_cannot_be_read(states: LoginStates, begun: LoginState) -> None:
    readable = base64.urlsafe_b64decode(states.seal(begun) + "==")

    assert begun.verifier.encode() not in readable


@pytest.mark.parametrize("length", range(16))
def test_sealed_state_needs_no_quotes(states: LoginStates, length: int) -> None:
    begun = LoginState.begin("keycloak", "/" + "x" * length)

    sealed = states.seal(begun)

    assert re.fullmatch(r"[A-Za-z0-9_-]+", sealed)
    assert states.open(sealed, begun.state) == begun


def test_secrets_differ_in_each_log_in() -> None:
    one, two = (LoginState.begin("keycloak", "/") for _ in range(2))

    secrets = {one.state, one.nonce, one.verifier, two.state, two.nonce, two.verifier}
    assert len(secrets) == 6


@pytest.mark.parametrize("given", [None, "", "other", "\u00e9"])
def test_response_with_other_state_is_refused(
    states: LoginStates, begun: LoginState, given: str | None
) -> None:
    with pytest.raises(LoginStateInvalid):
        states.open(states.seal(begun), given)


@pytest.mark.parametrize("sealed", [None, "", "nonsense", "\u00e9"])
def test_cookie_without_state_is_refused(
    states: LoginStates, begun: LoginState, sealed: str | None
) -> None:
    with pytest.raises(LoginStateInvalid):
        states.open(sealed, begun.state)


def test_cookie_with_other_key_is_refused(
    states: LoginStates, clock: Clock, begun: LoginState
) -> None:
    forged = LoginStates(b"1" * 32, clock).seal(begun)

    with pytest.raises(LoginStateInvalid):
        states.open(forged, begun.state)


@pytest.mark.parametrize(("seconds", "is_good"), [(LIFETIME, True), (601, False)])
def test_state_is_good_for_ten_minutes(
    states: LoginStates, clock: Clock, begun: LoginState, seconds: int, is_good: bool
) -> None:
    sealed = states.seal(begun)
    clock.seconds += seconds

    try:
        states.open(sealed, begun.state)
    except LoginStateInvalid:
        assert not is_good
    else:
        assert is_good
