"""When the circuit breaker opens and closes."""

from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY

from chassis._peers import breaker as breakers
from chassis._peers.breaker import FAILURES, Breaker, BreakerOpen
from chassis._peers.errors import OpenFilesExhausted


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def breaker(opened: list[str]) -> Breaker:
    return Breaker("peer", lambda: opened.append("opened"))


def fail(breaker: Breaker, times: int = FAILURES) -> None:
    for _ in range(times):
        with pytest.raises(ConnectionError), breaker.calling():
            raise ConnectionError


def succeed(breaker: Breaker) -> None:
    with breaker.calling():
        pass


def test_breaker_opens_after_consecutive_failures(
    breaker: Breaker, opened: list[str]
) -> None:
    fail(breaker, FAILURES - 1)
    succeed(breaker)
    fail(breaker, FAILURES - 1)
    assert (breaker.state, opened) == ("closed", [])
    fail(breaker, 1)
    assert (breaker.state, opened) == ("open", ["opened"])
    with pytest.raises(BreakerOpen), breaker.calling():
        pytest.fail("the call was made")


def test_successful_call_closes_breaker_after_delay(
    breaker: Breaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breakers, "OPEN_SECONDS", 0)
    impatient = Breaker("peer", lambda: None)
    fail(impatient)
    succeed(impatient)
    assert impatient.state == "closed"


@pytest.mark.parametrize(("outcome", "state"), [(fail, "open"), (succeed, "closed")])
def test_next_call_decides_after_try_again(
    breaker: Breaker, outcome: Callable[..., None], state: str
) -> None:
    fail(breaker)
    breaker.try_again()
    assert breaker.state == "half-open"
    outcome(breaker, 1) if outcome is fail else outcome(breaker)
    assert breaker.state == state


def test_only_one_call_at_a_time_finds_out(breaker: Breaker) -> None:
    fail(breaker)
    breaker.try_again()
    with breaker.calling(), pytest.raises(BreakerOpen), breaker.calling():
        pytest.fail("a second call was made")
    succeed(breaker)


def test_earlier_failure_is_reported_once(breaker: Breaker, opened: list[str]) -> None:
    late = breaker.calling()
    late.__enter__()
    fail(breaker)
    error = ConnectionError()
    assert not late.__exit__(ConnectionError, error, None)
    assert opened == ["opened"]


def test_its_state_is_measured(breaker: Breaker) -> None:
    fail(breaker)
    measured = {
        state: REGISTRY.get_sample_value(
            "peer_breaker_state", {"peer": "peer", "peer_breaker_state": state}
        )
        for state in ("closed", "open", "half-open")
    }
    assert measured == {"closed": 0, "open": 1, "half-open": 0}


class Undecided(Exception):
    """Says nothing about the peer."""


UNDECIDED = [Undecided(), OpenFilesExhausted("too many files are open")]


def fail_undecided(breaker: Breaker, error: Exception) -> None:
    with pytest.raises(type(error)), breaker.calling(Undecided):
        raise error


@pytest.mark.parametrize("error", UNDECIDED)
def test_undecided_calls_are_no_failures(breaker: Breaker, error: Exception) -> None:
    for _ in range(FAILURES):
        fail_undecided(breaker, error)
    assert breaker.state == "closed"


@pytest.mark.parametrize("error", UNDECIDED)
def test_undecided_call_forgets_no_failure(breaker: Breaker, error: Exception) -> None:
    fail(breaker, FAILURES - 1)
    fail_undecided(breaker, error)
    fail(breaker, 1)
    assert breaker.state == "open"


@pytest.mark.parametrize("error", UNDECIDED)
def test_undecided_call_lets_next_one_decide(
    breaker: Breaker, error: Exception
) -> None:
    fail(breaker)
    breaker.try_again()
    fail_undecided(breaker, error)
    undecided = breaker.state
    succeed(breaker)
    assert (undecided, breaker.state) == ("half-open", "closed")
