"""Changes of sessions are reported to the services that cache validations."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Update, text, update

from app.models.session import LoginSession
from app.models.user import User
from app.repositories import token_changes
from app.repositories.token_changes import TokenChanges, find_token_changes
from chassis import Database
from tests.factories import store_session


async def changes(database: Database, since: int | None) -> TokenChanges:
    async with database.reading() as connection:
        return await find_token_changes(connection, since)


async def cursor(database: Database) -> int:
    return (await changes(database, None)).cursor


async def changed_since(database: Database, since: int) -> Sequence[UUID]:
    session_ids = (await changes(database, since)).session_ids
    assert session_ids is not None
    return session_ids


def revoke(session_id: UUID) -> Update:
    return (
        update(LoginSession)
        .where(LoginSession.id == session_id)
        .values(revoked_at=datetime.now(UTC))
    )


async def test_revoked_session_is_reported(database: Database) -> None:
    stored = await store_session(database, "secret")
    await store_session(database, "another")
    since = await cursor(database)

    async with database.transaction() as session:
        await session.execute(revoke(stored.id))

    assert await changed_since(database, since) == [stored.id]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE users SET is_active = false",
        "UPDATE users SET role = 'admin'",
        "UPDATE users SET email = 'ada@example.org'",
        "UPDATE users SET full_name = 'Ada'",
        "UPDATE sessions SET revoked_at = now()",
    ],
)
async def test_change_by_sql_is_reported(database: Database, change: str) -> None:
    stored = await store_session(database, "secret")
    since = await cursor(database)

    async with database.transaction() as session:
        await session.execute(text(change))

    assert await changed_since(database, since) == [stored.id]


async def test_refresh_of_session_is_not_reported(database: Database) -> None:
    stored = await store_session(database, "secret")
    since = await cursor(database)

    async with database.transaction() as session:
        session.add(stored)
        stored.issue_refresh_token(
            b"\x00" * 32, stored.expires_at - stored.created_at, datetime.now(UTC)
        )

    assert await changed_since(database, since) == []


async def test_change_that_commits_late_is_not_missed(database: Database) -> None:
    early = await store_session(database, "early")
    late = await store_session(database, "late")
    since = await cursor(database)

    async with database.transaction() as slow:
        await slow.execute(revoke(late.id))
        async with database.transaction() as fast:
            await fast.execute(revoke(early.id))
        meanwhile = await changes(database, since)
    afterwards = await changes(database, meanwhile.cursor)

    assert meanwhile.session_ids == [early.id]
    assert afterwards.session_ids is not None
    assert late.id in afterwards.session_ids


async def test_change_in_savepoint_that_commits_late_is_not_missed(
    database: Database,
) -> None:
    stored = await store_session(database, "secret")

    async with database.transaction() as slow:
        await slow.execute(update(User).values(full_name="Ada"))
        since = await cursor(database)
        async with slow.begin_nested():
            await slow.execute(revoke(stored.id))

    assert await changed_since(database, since) == [stored.id]


async def test_rolled_back_change_is_not_reported(database: Database) -> None:
    stored = await store_session(database, "secret")
    since = await cursor(database)

    async with database.transaction() as session:
        await session.execute(revoke(stored.id))
        await session.rollback()

    assert await changed_since(database, since) == []


async def test_all_may_have_changed_without_cursor(database: Database) -> None:
    assert (await changes(database, None)).session_ids is None


async def test_all_may_have_changed_since_unknown_cursor(database: Database) -> None:
    since = await cursor(database) + 1_000_000

    assert (await changes(database, since)).session_ids is None


async def test_all_may_have_changed_after_too_many_changes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        await store_session(database, name)
    since = await cursor(database)
    async with database.transaction() as session:
        await session.execute(text("UPDATE sessions SET revoked_at = now()"))

    monkeypatch.setattr(token_changes, "MAX_CHANGES", 1)

    assert (await changes(database, since)).session_ids is None
