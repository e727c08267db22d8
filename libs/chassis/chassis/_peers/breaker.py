"""A circuit breaker, which spares a failing peer calls and its callers waits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, cast, get_args

import pybreaker
import structlog
from prometheus_client import Enum

from chassis._peers.errors import OpenFilesExhausted

log = structlog.get_logger(__name__)

FAILURES = 5
OPEN_SECONDS = 30.0

BreakerState = Literal["closed", "open", "half-open"]

BREAKER_STATE = Enum(
    "peer_breaker_state",
    "Whether calls to another service are made: always, not at all, or one at a time",
    ["peer"],
    states=get_args(BreakerState),
)


class BreakerOpen(Exception):
    """The call was not made, because earlier calls failed."""


class Breaker:
    """Opens after 5 failures in a row.

    After 30 s, or after `try_again`, it lets one call at a time through. The first
    successful call closes it.

    Args:
        on_open: called each time the breaker opens.
    """

    def __init__(self, peer: str, on_open: Callable[[], object]) -> None:
        self._peer = peer
        self._on_open = on_open
        self._probing = False
        self._known_state = "closed"
        self._counts = _Counts(pybreaker.STATE_CLOSED)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=FAILURES,
            reset_timeout=OPEN_SECONDS,
            state_storage=self._counts,
            exclude=[lambda _: self._counts.are_frozen],
            # The call that opens the breaker raises its own error.
            throw_new_error_on_trip=False,
            listeners=[_Listener(self._on_change)],
        )
        BREAKER_STATE.labels(peer).state(self.state)

    @property
    def state(self) -> BreakerState:
        return cast(BreakerState, self._breaker.current_state)

    @contextmanager
    def calling(self, *undecided: type[Exception]) -> Iterator[None]:
        """Surrounds a call; any exception counts as a failure, except
        `OpenFilesExhausted`, which is a fault of this process.

        Args:
            undecided: further exceptions that are neither a failure nor a success.

        Raises:
            BreakerOpen: the call must not be made.
        """
        # pybreaker would let all calls through while it is half-open.
        probing = self.state != "closed"
        if probing and self._probing:
            raise BreakerOpen(self._peer)
        self._probing = probing
        neither: tuple[type[Exception], ...] = (OpenFilesExhausted, *undecided)
        try:
            with self._breaker.calling():
                try:
                    yield
                except neither:
                    self._counts.are_frozen = True
                    raise
        except pybreaker.CircuitBreakerError as error:
            raise BreakerOpen(self._peer) from error
        finally:
            self._counts.are_frozen = False
            if probing:
                self._probing = False

    def try_again(self) -> None:
        """Lets the next call through, because the peer may have recovered."""
        if self.state == "open":
            self._breaker.half_open()

    def _on_change(self, state: str) -> None:
        # Earlier calls may still fail, and report the open state again.
        if state == self._known_state:
            return
        self._known_state = state
        BREAKER_STATE.labels(self._peer).state(state)
        log.warning("breaker_changed", peer=self._peer, state=state)
        if state == "open":
            self._on_open()


class _Counts(pybreaker.CircuitMemoryStorage):
    """Keeps the counts, and ignores a call that says nothing about the peer.

    pybreaker would count it as a success.
    """

    are_frozen = False

    def reset_counter(self) -> None:
        if not self.are_frozen:
            super().reset_counter()

    def increment_success_counter(self) -> None:
        if not self.are_frozen:
            super().increment_success_counter()


class _Listener(pybreaker.CircuitBreakerListener):
    def __init__(self, on_change: Callable[[str], None]) -> None:
        self._on_change = on_change

    def state_change(
        self,
        cb: pybreaker.CircuitBreaker,
        old_state: pybreaker.CircuitBreakerState | None,
        new_state: pybreaker.CircuitBreakerState,
    ) -> None:
        self._on_change(new_state.name)
