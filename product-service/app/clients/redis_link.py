"""Redis, asked only as long as it answers at once."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar

import structlog
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

ANSWER_SECONDS = 0.2
PAUSE_SECONDS = 1.0
CONNECTIONS = 8

T = TypeVar("T")


class CacheUnavailable(Exception):
    """Redis does not answer, or did not a moment ago."""


class RedisLink:
    """After a failure, sends nothing for a while, and then one question to try.

    Args:
        clock: seconds.
    """

    def __init__(
        self,
        url: str,
        provider: TracerProvider,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._pool = ConnectionPool.from_url(
            url,
            # `ask` has the one limit on all of it, and nothing is worth a retry.
            socket_timeout=None,
            socket_connect_timeout=None,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self.redis = Redis(connection_pool=self._pool)
        RedisInstrumentor.instrument_client(self.redis, tracer_provider=provider)
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._away_until = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.redis.aclose()
        await self._pool.aclose()

    async def ask(self, question: Callable[[], Awaitable[T]]) -> T:
        """Raises `CacheUnavailable` where there is no answer."""
        if self._clock() < self._away_until:
            raise CacheUnavailable
        # Waiting for one's turn in a crowd is not Redis' fault: no limit on that, as
        # nobody's turn is long.
        async with self._turns:
            return await self._ask(question)

    async def _ask(self, question: Callable[[], Awaitable[T]]) -> T:
        now = self._clock()
        if now < self._away_until:
            raise CacheUnavailable
        was_away = self._away_until > 0
        if was_away:
            self._away_until = now + PAUSE_SECONDS
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await question()
        except (RedisError, OSError, TimeoutError) as error:
            if not self._away_until:
                log.warning(
                    "cache_unavailable", error=f"{type(error).__name__}: {error}"
                )
            self._away_until = self._clock() + PAUSE_SECONDS
            raise CacheUnavailable from error
        if was_away:
            log.info("cache_recovered")
        self._away_until = 0.0
        return answer

    async def ping(self) -> None:
        """Asks directly, pause or not."""
        ping: Awaitable[Any] = self.redis.ping()
        await ping
