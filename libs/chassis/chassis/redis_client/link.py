"""Sends requests to Redis only while it responds quickly."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar

import structlog
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from chassis._time_limit import time_limit

log = structlog.get_logger(__name__)

RESPONSE_SECONDS = 0.2
PAUSE_SECONDS = 1.0
CONNECTIONS = 8

T = TypeVar("T")


class RedisUnavailable(Exception):
    """Redis does not respond, or did not within the last second."""


class RedisLink:
    """After a failure, sends nothing for a second, and then one request as a test.

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
            # `ask` has one time limit for everything; a retry is not worth it.
            socket_timeout=None,
            socket_connect_timeout=None,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self.redis = Redis(connection_pool=self._pool)
        RedisInstrumentor.instrument_client(self.redis, tracer_provider=provider)
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._paused_until = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.redis.aclose()
        await self._pool.aclose()

    async def ask(self, command: Callable[[], Awaitable[T]]) -> T:
        """Raises `RedisUnavailable` if Redis does not respond."""
        if self._clock() < self._paused_until:
            raise RedisUnavailable
        # Waiting for a connection has no time limit, because it is not the fault of
        # Redis, and every request is short.
        async with self._turns:
            return await self._ask(command)

    async def _ask(self, command: Callable[[], Awaitable[T]]) -> T:
        now = self._clock()
        if now < self._paused_until:
            raise RedisUnavailable
        was_paused = self._paused_until > 0
        if was_paused:
            self._paused_until = now + PAUSE_SECONDS
        try:
            async with time_limit(RESPONSE_SECONDS):
                response = await command()
        except (RedisError, OSError, TimeoutError) as error:
            if not self._paused_until:
                log.warning(
                    "redis_unavailable", error=f"{type(error).__name__}: {error}"
                )
            self._paused_until = self._clock() + PAUSE_SECONDS
            raise RedisUnavailable from error
        if was_paused:
            log.info("redis_recovered")
        self._paused_until = 0.0
        return response

    def new_connection(self) -> AbstractConnection:
        """Returns a connection outside of the pool, which is not open yet."""
        connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        return connection

    async def ping(self) -> None:
        """Sends a ping, even during a pause."""
        ping: Awaitable[Any] = self.redis.ping()
        await ping
