"""Acts after a commit, and after a rollback."""

from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import Database, Invalid, after_commit, report_changes
from tests.tables import Incoming


class Diary:
    """Notes what was done, and whether the transaction was committed by then."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.entries: list[tuple[str, bool]] = []

    def plan(self, session: AsyncSession, name: str) -> None:
        async def act() -> None:
            async with self._database.transaction() as other:
                found = await other.scalar(text("SELECT to_regclass('committed')"))
            self.entries.append((name, found is not None))

        after_commit(session, act)


@pytest_asyncio.fixture
async def diary(database: Database) -> Diary:
    async with database.transaction() as session:
        await session.execute(text("DROP TABLE IF EXISTS committed"))
    return Diary(database)


async def test_acts_follow_the_commit_in_order(
    database: Database, diary: Diary
) -> None:
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE committed ()"))
        async with session.begin_nested():
            diary.plan(session, "first")
        diary.plan(session, "second")
        assert diary.entries == []
    assert diary.entries == [("first", True), ("second", True)]


async def test_acts_follow_a_statement_that_commits_itself(
    database: Database, diary: Diary
) -> None:
    async with database.transaction(of_one_statement=True) as session:
        await session.execute(text("CREATE TABLE committed ()"))
        diary.plan(session, "after it")
        async with database.transaction() as other:
            assert await other.scalar(text("SELECT to_regclass('committed')"))
        assert diary.entries == []
    assert diary.entries == [("after it", True)]


async def test_transaction_of_one_statement_rejects_objects(
    database: Database,
) -> None:
    with pytest.raises(AssertionError):
        async with database.transaction(of_one_statement=True) as session:
            session.add(Incoming(event_id=uuid4()))


async def test_no_act_follows_a_rollback(database: Database, diary: Diary) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            diary.plan(session, "never")
            raise Invalid("anything", "field")

    with pytest.raises(Invalid):
        await fail()
    assert diary.entries == []


async def test_acts_of_a_rolled_back_savepoint_are_dropped(
    database: Database, diary: Diary
) -> None:
    async def fail_inside(session: AsyncSession) -> None:
        async with session.begin_nested():
            diary.plan(session, "outer savepoint")
            async with session.begin_nested():
                diary.plan(session, "inner savepoint")
            raise Invalid("anything", "field")

    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE committed ()"))
        diary.plan(session, "kept")
        with pytest.raises(Invalid):
            await fail_inside(session)
    assert diary.entries == [("kept", True)]


async def test_listener_is_called_for_its_database_only(
    database: Database, database_url: str
) -> None:
    heard: list[int] = []
    async with Database(database_url, pool_size=1) as other:
        other.on_change(lambda _, changes: heard.append(len([*changes])))
        for each in (database, other):
            async with each.transaction() as session:
                session.add(Incoming(event_id=uuid4()))
    assert heard == [1]


async def test_statement_reports_its_changes_like_a_flush(database_url: str) -> None:
    heard: list[object] = []
    async with Database(database_url, pool_size=1) as other:
        other.on_change(lambda _, changes: heard.extend(changes))
        async with other.transaction() as session:
            await session.execute(text("SELECT 1"))
            report_changes(session, "a change")
    assert heard == ["a change"]
