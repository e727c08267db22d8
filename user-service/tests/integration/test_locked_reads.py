"""A locked row has its current values, even if it was read before it changed."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.session import LoginSession
from app.models.user import Role
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from tests.factories import MONTH, make_user

pytestmark = pytest.mark.usefixtures("database")

HASH = b"\x00" * 32


async def change(session: AsyncSession, statement: str) -> None:
    """Changes rows without the objects of the session, as other transactions do."""
    await (await session.connection()).exec_driver_sql(statement)


@pytest.mark.parametrize(
    "lock",
    [
        lambda users, user_id: users.get(user_id, for_update=True),
        lambda users, user_id: users.get_for_share(user_id),
        lambda users, _: users.lock_administrators(),
    ],
    ids=["get", "get_for_share", "lock_administrators"],
)
async def test_locked_user_is_current(
    session: AsyncSession, lock: Callable[[Users, int], Awaitable[Any]]
) -> None:
    users = Users(session)
    user = make_user(role=Role.ADMIN)
    await users.add(user)
    await change(session, "UPDATE users SET full_name = 'Grace Hopper'")

    await lock(users, user.id)

    assert user.full_name == "Grace Hopper"


@pytest.mark.parametrize(
    "lock",
    [
        lambda sessions, found: sessions.find(found.id, for_update=True),
        lambda sessions, _: sessions.find_token(HASH, for_update=True),
        lambda sessions, found: sessions.lock_open(found.user_id),
        lambda sessions, found: sessions.lock_open_of_provider(
            [found.provider_session]
        ),
    ],
    ids=["find", "find_token", "lock_open", "lock_open_of_provider"],
)
async def test_locked_session_is_current(
    session: AsyncSession,
    lock: Callable[[Sessions, LoginSession], Awaitable[object]],
) -> None:
    user = make_user()
    await Users(session).add(user)
    now = datetime.now(UTC)
    opened = LoginSession.open(user.id, now, uuid4())
    await Sessions(session).add(opened.issue_refresh_token(HASH, MONTH, now))
    before = opened.expires_at
    await change(session, "UPDATE sessions SET expires_at = expires_at + interval '1s'")

    await lock(Sessions(session), opened)

    assert opened.expires_at > before


async def test_change_that_is_not_stored_yet_is_kept(session: AsyncSession) -> None:
    users = Users(session)
    user = make_user()
    await users.add(user)
    user.full_name = "Ada Lovelace"

    await users.get(user.id, for_update=True)

    assert user.full_name == "Ada Lovelace"
