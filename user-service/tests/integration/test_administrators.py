"""Concurrent deactivations of administrators."""

import asyncio

from sqlalchemy import func, select

from app.errors import LastAdministrator
from app.models.user import User
from chassis import Database, Outbox
from tests.factories import deactivate_user, make_user


async def store_administrators(database: Database, number: int) -> list[int]:
    async with database.transaction() as session:
        users = [make_user(role="admin") for _ in range(number)]
        session.add_all(users)
        await session.flush()
        return [user.id for user in users]


async def test_concurrent_deactivations_leave_one_administrator(
    database: Database, outbox: Outbox
) -> None:
    ids = await store_administrators(database, 5)

    async def deactivate(user_id: int) -> None:
        async with database.transaction() as session:
            await deactivate_user(session, outbox).deactivate(user_id)

    outcomes = await asyncio.gather(*map(deactivate, ids), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes if outcome] == [LastAdministrator]
    async with database.transaction() as session:
        assert await session.scalar(select(func.count()).where(User.is_active)) == 1
