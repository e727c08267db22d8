"""Calls to other services, with time limits, traces and distinct errors."""

import asyncio
import contextvars
import random
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import structlog
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
from chassis._observability.telemetry import REQUEST_ID_HEADER, trace_client
from chassis._peers.breaker import Breaker, BreakerOpen, BreakerState

# In seconds. A call has one time limit; these limit its parts if that one is long.
CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
WRITE_SECONDS = 3.0
POOL_SECONDS = 5.0

CALLS_AT_ONCE = 50
ATTEMPTS = 3
FIRST_DELAY = 0.05
LONGEST_DELAY = 0.5

PING_SECONDS = 1.0
POLL_SECONDS = 2.0
IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE"})

AnswerT = TypeVar("AnswerT", bound=BaseModel)


class PeerUnreachable(Unavailable):
    """The request was never sent."""


class PeerTimeout(Unavailable):
    """The request was sent and not answered: the peer may have carried it out."""


class PeerFailed(Unavailable):
    """The peer answered with an error of its own, or with an unreadable body."""


class CircuitOpen(PeerUnreachable):
    """The request was not sent, because earlier requests failed."""


class Peer:
    """A client of another service.

    Args:
        transport: replaces the network in tests.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        provider: TracerProvider,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = name
        limits = httpx.Limits(
            max_connections=CALLS_AT_ONCE, max_keepalive_connections=CALLS_AT_ONCE
        )
        self._client = httpx.AsyncClient(
            base_url=base_url,
            transport=transport or httpx.AsyncHTTPTransport(limits=limits),
            event_hooks={"request": [_pass_request_id_on]},
        )
        trace_client(self._client, provider)
        self._breaker = Breaker(name, self._watch)
        self._watching: asyncio.Task[None] | None = None

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
        if self._watching is not None:
            self._watching.cancel()
        await self._client.aclose()

    async def call(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        *,
        repeatable: bool = False,
        **request: Any,
    ) -> httpx.Response:
        """Sends a request; the caller reads any answer below 500.

        A request that was not sent is retried, and a failed one if it is idempotent.

        Args:
            deadline: limits the call, retries included.
            repeatable: whether a POST is idempotent.
            request: further arguments of `httpx.AsyncClient.request`.

        Raises:
            PeerUnreachable: it was not sent.
            PeerTimeout: it was sent, and not answered.
            PeerFailed: it was answered with a 5xx.
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
                return await self._try(method, path, deadline, **request)
        raise AssertionError("the last attempt returns or raises")

    async def _try(
        self, method: str, path: str, deadline: Deadline, **request: Any
    ) -> httpx.Response:
        try:
            with self._breaker.calling():
                return await self._send(method, path, deadline, **request)
        except BreakerOpen as error:
            raise CircuitOpen(f"the circuit breaker for {self.name} is open") from error

    async def _send(
        self, method: str, path: str, deadline: Deadline, **request: Any
    ) -> httpx.Response:
        seconds = deadline.remaining()
        try:
            async with asyncio.timeout(seconds):
                answer = await self._client.request(
                    method, path, timeout=_timeouts(seconds), **request
                )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise PeerUnreachable(f"{self.name} cannot be reached") from error
        except (httpx.TransportError, TimeoutError) as error:
            raise PeerTimeout(f"{self.name} does not answer") from error
        if answer.status_code >= 500:
            raise PeerFailed(f"{self.name} answered {answer.status_code}")
        return answer

    def read(self, answer: httpx.Response, model: type[AnswerT]) -> AnswerT:
        """Returns the body of an answer.

        Raises:
            PeerFailed: the body does not match `model`.
        """
        try:
            return model.model_validate_json(answer.content)
        except ValidationError:
            # Not chained, because the text of the cause quotes the body.
            raise PeerFailed(
                f"{self.name} answered {answer.status_code} in an unexpected form"
            ) from None

    async def ping(self) -> None:
        """Calls the peer's liveness check; raises if it fails."""
        answer = await self._client.get("/health/live", timeout=PING_SECONDS)
        answer.raise_for_status()

    def _watch(self) -> None:
        if self._watching is None or self._watching.done():
            # The task outlives the current request, and does not belong to its trace.
            self._watching = asyncio.create_task(
                self._await_readiness(), context=contextvars.Context()
            )

    async def _await_readiness(self) -> None:
        """Polls the peer, so that callers do not wait long after a short outage."""
        while self._breaker.state == "open":
            await asyncio.sleep(random.uniform(0.5, 1) * POLL_SECONDS)  # noqa: S311
            try:
                answer = await self._client.get("/health/ready", timeout=PING_SECONDS)
            except httpx.HTTPError:
                continue
            if answer.status_code == httpx.codes.OK:
                self._breaker.try_again()


def _timeouts(seconds: float) -> httpx.Timeout:
    # A failure to send must be known before the whole time is over.
    return httpx.Timeout(
        connect=min(seconds / 3, CONNECT_SECONDS),
        read=min(seconds, READ_SECONDS),
        write=min(seconds, WRITE_SECONDS),
        pool=min(seconds * 0.8, POOL_SECONDS),
    )


async def _pass_request_id_on(request: httpx.Request) -> None:
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        request.headers[REQUEST_ID_HEADER] = request_id
