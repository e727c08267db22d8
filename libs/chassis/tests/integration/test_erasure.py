"""An erasure and a concurrent change: the later sees the earlier."""

import asyncio

from sqlalchemy import func, select

from chassis import MAX_ID, Database, ErasedUsers
from chassis._database.migrations import MIGRATION_LOCK
from chassis.testing import until_waiting
from tests.tables import ErasedUser


async def erase(database: Database, user_id: int) -> None:
    async with database.transaction() as session:
        await ErasedUsers(session, ErasedUser).add(user_id)


async def is_erased(database: Database, user_id: int) -> bool:
    async with database.transaction() as session:
        return await ErasedUsers(session, ErasedUser).includes(user_id)


async def test_only_erased_user_is_erased(
    database: Database,
) -> None:
    for _ in range(2):
        await erase(database, MAX_ID)
    assert await is_erased(database, MAX_ID)
    assert not await is_erased(database, 3)


async def test_concurrent_change_sees_erasure(database: Database) -> None:
    async with asyncio.TaskGroup() as others, database.transaction() as session:
        await ErasedUsers(session, ErasedUser).add(3)
        look = others.create_task(is_erased(database, 3))
        await until_waiting(database)
    assert look.result()


async def test_erasure_waits_for_concurrent_change(database: Database) -> None:
    async with asyncio.TaskGroup() as others, database.transaction() as session:
        await ErasedUsers(session, ErasedUser).includes(3)
        erasure = others.create_task(erase(database, 3))
        await until_waiting(database)
        assert not erasure.done()
    assert await is_erased(database, 3)


async def test_erasure_check_does_not_wait_for_others(database: Database) -> None:
    async with database.transaction() as session:
        await ErasedUsers(session, ErasedUser).includes(3)
        await ErasedUsers(session, ErasedUser).add(4)
        await session.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        for user_id in (3, 5, MIGRATION_LOCK):
            assert not await is_erased(database, user_id)
