"""What follows a commit, such as a count or a call to the relay."""

from collections.abc import Callable, Iterator

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction


def after_commit(session: AsyncSession, act: Callable[[], object]) -> None:
    """Calls `act` once the session's changes are stored.

    Never if they are rolled back, with the transaction or with a savepoint only.
    """
    waiting = [act]
    savepoints = list(_open_savepoints(session.sync_session))

    def on_commit(committed: Session) -> None:
        # SQLAlchemy calls the release of a savepoint a commit too.
        if waiting and not committed.in_nested_transaction():
            waiting.pop()()

    def on_rollback(_: Session, ended: SessionTransaction) -> None:
        if ended in savepoints:
            waiting.clear()

    event.listen(session.sync_session, "after_commit", on_commit)
    event.listen(session.sync_session, "after_soft_rollback", on_rollback)


def _open_savepoints(session: Session) -> Iterator[SessionTransaction]:
    transaction = session.get_nested_transaction()
    while transaction is not None:
        if transaction.nested:
            yield transaction
        transaction = transaction.parent
