"""Work that follows a commit, such as telling a cache what has changed."""

from collections.abc import Awaitable, Callable

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

Act = Callable[[], Awaitable[None] | None]

_ACTS = "after_commit"


class CommitSession(Session):
    """A session of `Database.transaction`, which performs these acts."""


def after_commit(session: AsyncSession | Session, act: Act) -> None:
    """Performs `act` once the transaction of a session is committed, else never.

    An act of a savepoint is dropped if that is rolled back. `Database.transaction`
    awaits the acts one after another before it ends, so they must be quick. They must
    not fail, because the transaction has succeeded.
    """
    session = session.sync_session if isinstance(session, AsyncSession) else session
    acts = session.info.setdefault(_ACTS, [])
    acts.append((session.get_nested_transaction(), act))


async def perform_acts(session: AsyncSession) -> None:
    for _, act in session.info.pop(_ACTS, ()):
        outcome = act()
        if outcome is not None:
            await outcome


@event.listens_for(CommitSession, "after_soft_rollback")
def _drop_acts(session: Session, rolled_back: SessionTransaction) -> None:
    acts = session.info.get(_ACTS, [])
    acts[:] = [(of, act) for of, act in acts if not _is_within(of, rolled_back)]


def _is_within(inner: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while inner is not None and inner is not outer:
        inner = inner.parent
    return inner is outer
