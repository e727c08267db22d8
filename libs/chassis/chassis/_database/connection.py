"""One connection to the database: bounded, and prompt to give up."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import psycopg
from psycopg import IsolationLevel, waiting
from psycopg.pq import TransactionStatus
from sqlalchemy import URL

# A server that is stopped or overloaded must not hold a request for ever, nor a
# stopped client its row locks: milliseconds.
SESSION_OPTIONS = {
    "timezone": "UTC",
    "statement_timeout": 5_000,
    "idle_in_transaction_session_timeout": 10_000,
}

Connect = Callable[[], Awaitable[psycopg.AsyncConnection[Any]]]


def connector(url: URL) -> Connect:
    """What opens connections to the database at `url`."""
    address = url.set(drivername="postgresql")
    conninfo = address.render_as_string(hide_password=False)
    options = " ".join(f"-c {name}={v}" for name, v in SESSION_OPTIONS.items())

    async def connect() -> psycopg.AsyncConnection[Any]:
        try:
            return await _PromptConnection.connect(
                conninfo, connect_timeout=3, options=options
            )
        except asyncio.CancelledError as cancelled:
            # A frame of the traceback has the half-open connection, which would be
            # closed only when that is collected: seconds later, or hours.
            traceback.clear_frames(cancelled.__traceback__)
            raise

    return connect


class _PromptConnection(psycopg.AsyncConnection[Any]):
    """Gives up a cancelled query at once, and the connection with it.

    psycopg would first ask the server to cancel the query and wait for the answer:
    up to ten seconds when the server hangs, which is when cancelling matters most.
    """

    async def wait(
        self,
        gen: Any,
        interval: float = 0.1,  # of 0, it would be a busy loop
        timeout: float | None = None,  # noqa: ASYNC109 - psycopg's signature
    ) -> Any:
        try:
            return await waiting.wait_async(
                gen, self.pgconn.socket, interval=interval, timeout=timeout
            )
        except asyncio.CancelledError:
            self.pgconn.finish()
            raise

    # SQLAlchemy does these as it takes a connection from its pool, or puts it back.
    # `wait` may let other tasks run first. A task that is cancelled then would leave
    # the connection neither in the pool nor closed.

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
        # asyncio.sleep(0), with which psycopg lets other tasks run, comes by here.
        pass
