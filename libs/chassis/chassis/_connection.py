"""One connection to the database: bounded, and prompt to give up."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
from psycopg import waiting
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
        return await _PromptConnection.connect(
            conninfo, connect_timeout=3, options=options
        )

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
