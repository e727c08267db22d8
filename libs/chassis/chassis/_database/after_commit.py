"""Work that follows a commit, such as telling a cache what has changed."""

from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction

Act = Callable[[], Awaitable[None] | None]
ChangeListener = Callable[[Session, Iterable[object]], None]

_ACTS = "after_commit"


class CommitSession(Session):
    """A session of `Database.transaction`, which performs these acts.

    Attributes:
        listeners: those of `Database.on_change`.
    """

    listeners: ClassVar[list[ChangeListener]]


def after_commit(session: AsyncSession | Session, act: Act) -> None:
    """Performs `act` once the transaction of a session is committed, else never.

    An act of a savepoint is dropped if that is rolled back. `Database.transaction`
    awaits the acts one after another before it ends, so they must be quick. They must
    not fail, because the transaction has succeeded.
    """
    session = session.sync_session if isinstance(session, AsyncSession) else session
    acts = session.info.setdefault(_ACTS, [])
    acts.append((session.get_nested_transaction(), act))


def report_changes(session: AsyncSession, *changes: object) -> None:
    """Reports what a statement of Core has changed to the listeners of the database.

    The ORM reports its own changes. It does not see what such a statement changes.
    """
    sync_session = session.sync_session
    assert isinstance(sync_session, CommitSession)
    _call_listeners(sync_session, changes)


async def perform_acts(session: AsyncSession) -> None:
    for _, act in session.info.pop(_ACTS, ()):
        outcome = act()
        if outcome is not None:
            await outcome


@event.listens_for(CommitSession, "after_flush")
def _report_flush(session: CommitSession, _: UOWTransaction) -> None:
    _call_listeners(session, (*session.new, *session.dirty))


def _call_listeners(session: CommitSession, changes: Iterable[object]) -> None:
    for listener in session.listeners:
        listener(session, changes)


@event.listens_for(CommitSession, "after_soft_rollback")
def _drop_acts(session: Session, rolled_back: SessionTransaction) -> None:
    acts = session.info.get(_ACTS, [])
    acts[:] = [(of, act) for of, act in acts if not _is_within(of, rolled_back)]


def _is_within(inner: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while inner is not None and inner is not outer:
        inner = inner.parent
    return inner is outer
