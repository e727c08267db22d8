"""A key is taken once, by the transaction that commits first."""

import asyncio
from datetime import timedelta

import pytest
from pydantic import BaseModel
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import Database, IdempotencyKeyReused, IdempotencyKeys, fingerprint
from chassis.testing import until_waiting
from tests.tables import Key


def keys_of(session: AsyncSession, user_id: int = 7) -> IdempotencyKeys[Key]:
    return IdempotencyKeys(session, Key, {"user_id": user_id, "key": "k"})


async def take(database: Database, user_id: int = 7) -> bool:
    async with database.transaction() as session:
        return await keys_of(session, user_id).take("sent")


async def test_key_is_taken_once_for_each_user(database: Database) -> None:
    assert [await take(database) for _ in range(2)] == [True, False]
    assert await take(database, user_id=8)


@pytest.mark.parametrize("is_committed", [True, False])
async def test_concurrent_request_waits_for_the_first(
    database: Database, is_committed: bool
) -> None:
    async with asyncio.TaskGroup() as at_once, database.transaction() as first:
        assert await keys_of(first).take("sent")
        second = at_once.create_task(take(database))
        await until_waiting(database)
        await (first.commit() if is_committed else first.rollback())
    assert second.result() is not is_committed


@pytest.mark.parametrize(("hours", "is_found"), [(23, True), (25, False)])
async def test_expired_key_is_taken_anew(
    database: Database, hours: int, is_found: bool
) -> None:
    await take(database)
    async with database.transaction() as session:
        older = Key.created_at - timedelta(hours=hours)
        await session.execute(update(Key).values(created_at=older))
        assert (await keys_of(session).find() is not None) is is_found
    assert await take(database) is not is_found


async def test_new_request_replaces_expired_key(database: Database) -> None:
    await take(database)
    async with database.transaction() as session:
        older = Key.created_at - timedelta(hours=25)
        await session.execute(update(Key).values(created_at=older, fingerprint="old"))
        assert await keys_of(session).take("new")
        record = await keys_of(session).find()
    assert record is not None
    assert record.fingerprint == "new"


async def test_key_with_another_body_is_rejected(database: Database) -> None:
    await take(database)
    async with database.transaction() as session:
        record = await keys_of(session).find()
    assert record is not None
    record.require_same_request("sent")
    with pytest.raises(IdempotencyKeyReused):
        record.require_same_request("another")


def test_new_field_of_later_release_keeps_fingerprint() -> None:
    class Body(BaseModel):
        name: str

    class NextBody(Body):
        colour: str | None = None

    assert fingerprint(Body(name="Lamp")) == fingerprint(NextBody(name="Lamp"))
    assert fingerprint(Body(name="Lamp")) != fingerprint(Body(name="Chair"))
