"""Calls to other services: within a deadline, with retries and distinct errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

from opentelemetry.sdk.trace import TracerProvider
from pydantic import BaseModel, ValidationError
from tenacity import (
    AsyncRetrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

from chassis._deadline import Deadline
from chassis._errors import Unavailable
from chassis._peers.breaker import Breaker, BreakerOpen, BreakerState
from chassis._peers.errors import (
    CircuitOpen,
    PeerFailed,
    PeerUndecided,
    PeerUnreachable,
)
from chassis._peers.http_client import HttpClient
from chassis._peers.network import Network
from chassis._peers.recovery import Recovery
from chassis._peers.response import PeerResponse

ATTEMPTS = 3
FIRST_DELAY = 0.05
LONGEST_DELAY = 0.5
IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE"})

BodyT = TypeVar("BodyT", bound=BaseModel)


class Peer:
    """A client of another service.

    Args:
        network: replaces the network in tests.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        provider: TracerProvider,
        network: Network | None = None,
    ) -> None:
        self.name = name
        self._client = HttpClient(name, base_url, provider, network)
        self._recovery = Recovery(partial(self._client.ping, "/health/ready"))
        self._breaker = Breaker(name, lambda: self._recovery.watch(self._breaker))

    @property
    def breaker_state(self) -> BreakerState:
        return self._breaker.state

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._recovery.stop()
        await self._client.close()

    async def call(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        *,
        repeatable: bool = False,
        undecided: str | None = None,
        **request: Any,
    ) -> PeerResponse:
        """Sends a request; the caller reads any response below 500.

        A request that was not sent is retried, and a failed one if it is idempotent.
        Each attempt counts for the breaker.

        Args:
            deadline: limits the call, retries included.
            repeatable: whether a POST is idempotent.
            undecided: the code of a 5xx that neither counts for the breaker nor is
                retried, because it says nothing about the peer.
            request: further arguments of `aiohttp.ClientSession.request`.

        Raises:
            PeerUnreachable: it was not sent.
            PeerTimeout: it was sent, and not answered.
            PeerFailed: it was answered with a 5xx, or with more than 1 MiB.
            PeerUndecided: the 5xx has the code `undecided`.
        """
        passing: tuple[type[Unavailable], ...] = (PeerUnreachable,)
        if repeatable or method in IDEMPOTENT_METHODS:
            passing = (PeerUnreachable, PeerFailed)

        def may_pass(error: BaseException) -> bool:
            return isinstance(error, passing) and self.breaker_state != "open"

        attempts = AsyncRetrying(
            retry=retry_if_exception(may_pass),
            wait=wait_random_exponential(FIRST_DELAY, LONGEST_DELAY),
            stop=stop_after_attempt(ATTEMPTS)
            | stop_before_delay(deadline.remaining() / 2),
            reraise=True,
        )
        async for attempt in attempts:
            with attempt:
                return await self._try(method, path, deadline, undecided, **request)
        raise AssertionError("the last attempt returns or raises")

    async def call_aside(
        self, method: str, path: str, deadline: Deadline, **request: Any
    ) -> PeerResponse:
        """Sends a request as `call` does, once, unless the breaker is open.

        Its outcome does not count for the breaker, and so cannot stop other calls.
        """
        if self.breaker_state == "open":
            raise CircuitOpen(f"the circuit breaker for {self.name} is open")
        return await self._send(method, path, deadline, **request)

    @contextmanager
    def calling(self, *undecided: type[Exception]) -> Iterator[None]:
        """Surrounds a call that is made by other means; any exception is a failure.

        Args:
            undecided: exceptions that are neither a failure nor a success.

        Raises:
            CircuitOpen: the call must not be made.
        """
        try:
            with self._breaker.calling(*undecided):
                yield
        except BreakerOpen as error:
            raise CircuitOpen(f"the circuit breaker for {self.name} is open") from error

    async def _try(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        undecided: str | None,
        **request: Any,
    ) -> PeerResponse:
        with self.calling(PeerUndecided):
            return await self._send(method, path, deadline, undecided, **request)

    async def _send(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        undecided: str | None = None,
        **request: Any,
    ) -> PeerResponse:
        response = await self._client.send(method, path, deadline, **request)
        if response.status_code < 500:
            return response
        if undecided is not None and response.find_code() == undecided:
            raise PeerUndecided(f"{self.name} answered {undecided}")
        raise PeerFailed(f"{self.name} answered {response.status_code}")

    def read(self, response: PeerResponse, model: type[BodyT]) -> BodyT:
        """Returns the body of a response.

        Raises:
            PeerFailed: the body does not match `model`.
        """
        try:
            return model.model_validate_json(response.content)
        except ValidationError:
            # Not chained, because the text of the cause quotes the body.
            raise PeerFailed(
                f"{self.name} answered {response.status_code} in an unexpected form"
            ) from None

    async def ping(self) -> None:
        """Calls the peer's liveness check; raises if it fails."""
        await self._client.ping("/health/live")
