"""The engine, the transactions, and the naming of constraints."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Self

import psycopg
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import (
    BigInteger,
    DateTime,
    Enum,
    MetaData,
    Numeric,
    event,
    make_url,
)
from sqlalchemy import exc as sqlalchemy_errors
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase

from chassis._database.after_commit import ChangeListener, CommitSession, perform_acts
from chassis._database.connection import connector
from chassis._database.ping import Ping
from chassis._database.pool import MeasuredPool, measure_pool
from chassis._database.statement_session import StatementSession
from chassis._deadline import Deadline
from chassis._errors import DatabaseUnavailable
from chassis._observability.sampled_calls import trace_queries
from chassis._time_limit import time_limit

# Seconds that a request waits for its database at most, so that the service responds
# within three.
PATIENCE = 2.5


class Base(DeclarativeBase):
    """The declarative base; constraint names are predictable for migrations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declaration
        int: BigInteger,
        datetime: DateTime(timezone=True),
        Decimal: Numeric(10, 2),
        # Each service writes its own check constraint.
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            length=20,
            values_callable=lambda members: [member.value for member in members],
        ),
    }


class Database:
    """A pool of connections to the service's own database.

    Args:
        url: `postgresql+psycopg://user:password@host:port/name`.
        pool_size: connections at most, beside the one of `ping`.
        provider: creates a span for each query; if None, there are no spans.
    """

    def __init__(
        self, url: str, pool_size: int = 10, provider: TracerProvider | None = None
    ) -> None:
        address = make_url(url).set(drivername="postgresql+psycopg")
        connect = connector(address)
        self._ping = Ping(connect)
        self._engine = create_async_engine(
            address,
            async_creator=connect,
            poolclass=MeasuredPool,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=2,
            # Stored data must not be logged.
            hide_parameters=True,
        )
        event.listen(self._engine.sync_engine, "handle_error", _hide_row)
        measure_pool(self._engine.sync_engine)
        if provider is not None:
            trace_queries(self._engine, provider, Base.metadata.tables)
        self._autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._listeners: list[ChangeListener] = []
        # A class of its own, so that listeners are called for this database only.
        self._session_class = type(
            "DatabaseSession", (CommitSession,), {"listeners": self._listeners}
        )
        self._sessions = async_sessionmaker(
            self._engine,
            expire_on_commit=False,
            sync_session_class=self._session_class,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ping.stop()
        await self._engine.dispose()

    @staticmethod
    def deadline() -> Deadline:
        """Returns a time limit that a request can share among its transactions."""
        return Deadline.after(PATIENCE)

    @asynccontextmanager
    async def transaction(
        self, deadline: Deadline | None = None, *, of_one_statement: bool = False
    ) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end, rolled back by any error.

        Args:
            deadline: the time limit for all of it; by default that of `deadline`.
            of_one_statement: saves BEGIN, COMMIT and the unit of work, which together
                cost more than a statement. Statements of Core are then executed, and
                each is committed by itself; objects are not stored.

        Raises:
            DatabaseUnavailable: the server is unavailable, or the time is over. If this
                happens during the commit, the commit may or may not have happened.
        """
        async with _bounded(deadline):
            if of_one_statement:
                async with self._autocommit.connect() as connection:
                    session: AsyncSession = StatementSession(
                        connection, sync_session_class=self._session_class
                    )
                    yield session
                    assert not session.new, "such a session does not flush"
            else:
                async with self._session() as session:
                    yield session
        # Outside the time limit: a timeout must not make a committed transaction fail.
        await perform_acts(session)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        session = self._sessions()
        # Not `sessions.begin()`: its commit cannot be cancelled, so that a server that
        # hangs then would hold this task indefinitely.
        try:
            yield session
            await session.commit()
        except asyncio.CancelledError:
            await session.invalidate()
            raise
        finally:
            await session.close()

    def on_change(self, listener: ChangeListener) -> None:
        """Calls `listener` with the rows that a flush adds or changes, before the
        session forgets how, and with what `report_changes` reports."""
        self._listeners.append(listener)

    @asynccontextmanager
    async def reading(
        self, deadline: Deadline | None = None
    ) -> AsyncIterator[AsyncConnection]:
        """A Core connection without a transaction, for the most frequent reads.

        Arguments and errors are those of `transaction`.
        """
        async with _bounded(deadline), self._autocommit.connect() as connection:
            yield connection

    @asynccontextmanager
    async def autocommit(
        self, deadline: Deadline | None = None
    ) -> AsyncIterator[AsyncConnection]:
        """As `reading`, for writes: each statement is a transaction of its own."""
        async with self.reading(deadline) as connection:
            yield connection

    async def ping(self) -> None:
        """Returns if the database answers, else raises `DatabaseUnavailable`."""
        await self._ping.ask()


@asynccontextmanager
async def _bounded(deadline: Deadline | None) -> AsyncIterator[None]:
    remaining = (deadline or Database.deadline()).remaining()
    try:
        async with time_limit(remaining) as limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise DatabaseUnavailable("the database does not answer in time") from error
    except sqlalchemy_errors.SQLAlchemyError as error:
        if not _is_unavailable(error):
            raise
        raise DatabaseUnavailable("the database does not answer") from error


def _hide_row(failure: ExceptionContext) -> None:
    """Removes the values of a row from an error, which logs and traces would show."""
    cause = failure.original_exception
    detail = cause.diag.message_detail if isinstance(cause, psycopg.Error) else None
    if detail:
        for shown in filter(None, (cause, failure.sqlalchemy_exception)):
            shown.args = tuple(str(arg).replace(detail, "...") for arg in shown.args)


def _is_unavailable(error: sqlalchemy_errors.SQLAlchemyError) -> bool:
    """Returns whether the database was unreachable, hung or exhausted, not misused."""
    if isinstance(error, sqlalchemy_errors.DBAPIError):
        return error.connection_invalidated or isinstance(
            error, sqlalchemy_errors.OperationalError | sqlalchemy_errors.InterfaceError
        )
    return isinstance(error, sqlalchemy_errors.TimeoutError)
