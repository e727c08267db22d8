"""Rows are deleted once they have expired, and not before."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select

from app.models.failures import (
    AddressFailure,
    FailuresInARow,
    IdentifierFailure,
    SlowedIdentifier,
)
from app.models.known_address import KnownAddress
from app.models.messages import UserMessage
from app.models.retention import EXPIRIES
from app.models.session import LoginSession, RefreshToken
from chassis import Base, Database, Retention
from chassis.testing import eventually
from tests.factories import make_user

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def session_expired(user_id: int, number: int, age: timedelta) -> RefreshToken:
    expired_at = datetime.now(UTC) - age
    opened_at = expired_at - 30 * DAY
    session = LoginSession.open(user_id, opened_at)
    return session.issue_refresh_token(bytes([number] * 32), 30 * DAY, opened_at)


def event_sent(age: timedelta | None) -> UserMessage:
    return UserMessage(
        event_id=uuid4(),
        exchange="user_events",
        routing_key="user.erased",
        must_route=False,
        body="{}",
        headers={},
        published_at=None if age is None else datetime.now(UTC) - age,
    )


def rows_of_age(user_id: int, older: bool) -> list[Base]:
    """Returns a row of each table that expires: just expired, or not quite yet."""
    now = datetime.now(UTC)
    offset = SECOND if older else -60 * SECOND
    return [
        session_expired(user_id, int(older), 30 * DAY + offset),
        event_sent(7 * DAY + offset),
        FailuresInARow(
            key=bytes([older] * 32), failures=1, failed_at=now - DAY - offset
        ),
        IdentifierFailure(identifier=b"ada", failed_at=now - 3600 * SECOND - offset),
        SlowedIdentifier(identifier=bytes([older]), checked_at=now - SECOND - offset),
        KnownAddress(
            user_id=user_id,
            address_hash=bytes([older] * 32),
            used_at=now - 90 * DAY - offset,
        ),
        AddressFailure(address="192.0.2.1", failed_at=now - 60 * SECOND - offset),
    ]


async def count_rows(database: Database) -> dict[str, int]:
    tables: list[type[Base]] = [
        LoginSession,
        RefreshToken,
        UserMessage,
        AddressFailure,
        FailuresInARow,
        IdentifierFailure,
        KnownAddress,
        SlowedIdentifier,
    ]
    async with database.transaction() as session:
        return {
            table.__tablename__: await session.scalar(
                select(func.count()).select_from(table)
            )
            or 0
            for table in tables
        }


async def test_expired_rows_are_pruned(database: Database) -> None:
    async with database.transaction() as session:
        user = make_user()
        session.add(user)
        await session.flush()
        session.add_all(rows_of_age(user.id, older=True))
        session.add_all(rows_of_age(user.id, older=False))

    retention = Retention(database, *EXPIRIES)

    async def prune() -> bool:
        await retention.prune_batch()
        # The running service may be pruning the same rows at this moment.
        assert set((await count_rows(database)).values()) == {1}
        return True

    await eventually(prune)


async def test_unpublished_event_is_not_pruned(database: Database) -> None:
    async with database.transaction() as session:
        session.add(event_sent(None))

    assert await Retention(database, *EXPIRIES).prune_batch() == 0
