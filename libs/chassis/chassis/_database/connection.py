"""Connections to the database with time limits, which a cancelled task ends at once."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import psycopg
from psycopg import IsolationLevel, waiting
from psycopg.pq import TransactionStatus
from sqlalchemy import URL

# In milliseconds. A hung server must not hold a request indefinitely, nor a hung client
# its row locks.
SESSION_OPTIONS = {
    "timezone": "UTC",
    "statement_timeout": 5_000,
    "idle_in_transaction_session_timeout": 10_000,
}

CONNECT_SECONDS = 3

Connect = Callable[[], Awaitable[psycopg.AsyncConnection[Any]]]


def connector(url: URL) -> Connect:
    """Returns a function that opens connections to the database at `url`."""
    address = url.set(drivername="postgresql")
    conninfo = address.render_as_string(hide_password=False)
    options = " ".join(f"-c {name}={v}" for name, v in SESSION_OPTIONS.items())

    async def connect() -> psycopg.AsyncConnection[Any]:
        try:
            return await _PromptConnection.connect(
                conninfo, connect_timeout=CONNECT_SECONDS, options=options
            )
        except asyncio.CancelledError as cancelled:
            # A frame of the traceback refers to the half-open connection, which would
            # stay open until the traceback is collected, seconds or hours later.
            traceback.clear_frames(cancelled.__traceback__)
            raise

    return connect


class _PromptConnection(psycopg.AsyncConnection[Any]):
    """Closes the connection at once when a query is cancelled.

    psycopg would first ask the server to cancel the query, and wait for its answer: up
    to ten seconds if the server hangs, when cancelling matters most.
    """

    async def wait(
        self,
        gen: Any,
        interval: float = 0.1,  # 0 would be a busy loop
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's signature
    ) -> Any:
        try:
            return await waiting.wait_async(
                gen, self.pgconn.socket, interval=interval, timeout=timeout
            )
        except asyncio.CancelledError:
            self.pgconn.finish()
            raise

    # SQLAlchemy calls these when it takes a connection from its pool or returns it.
    # `wait` may let other tasks run first. If the task were cancelled then, the
    # connection would be neither in the pool nor closed.

    async def set_autocommit(self, value: bool) -> None:
        _finish(super().set_autocommit(value))

    async def set_isolation_level(self, value: IsolationLevel | None) -> None:
        _finish(super().set_isolation_level(value))

    async def rollback(self) -> None:
        if self.pgconn.transaction_status != TransactionStatus.IDLE:
            await super().rollback()


def _finish(call: Coroutine[Any, Any, None]) -> None:
    """Runs a call to its end before any other task runs.

    Raises:
        RuntimeError: the call waits for something.
    """
    for _ in call.__await__():
        pass  # psycopg lets other tasks run with asyncio.sleep(0)
