"""Queries on sessions and their refresh tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import DateTime, Select, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import joinedload

from app.errors import SessionNotFound
from app.models.session import LoginSession, RefreshToken
from app.models.user import Role, User
from chassis import Page, PageRequest, fetch_page


class Sessions:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, token: RefreshToken) -> None:
        """Stores the token, and its session if the session is new."""
        self._session.add(token)
        await self._session.flush()

    async def clock(self) -> datetime:
        """Returns the database's current time, not the start of the transaction."""
        now = select(cast(func.clock_timestamp(), DateTime(timezone=True)))
        return (await self._session.execute(now)).scalar_one()

    async def find(
        self, session_id: UUID, *, for_update: bool = False
    ) -> LoginSession | None:
        return await self._session.get(
            LoginSession, session_id, with_for_update=for_update or None
        )

    async def get_of_user(
        self, user_id: int, session_id: UUID, *, for_update: bool = False
    ) -> LoginSession:
        """Returns a session of the user.

        Raises:
            SessionNotFound: the session does not exist or belongs to another user.
        """
        found = await self.find(session_id, for_update=for_update)
        if found is None or found.user_id != user_id:
            raise SessionNotFound("you have no session with this id")
        return found

    async def list_open(self, user_id: int, page: PageRequest) -> Page[LoginSession]:
        """Returns the user's open sessions, newest first."""
        query = _open_of(user_id)
        return await fetch_page(self._session, query, LoginSession.number, page)

    async def lock_open(self, user_id: int) -> Sequence[LoginSession]:
        """Returns all open sessions, locked until the transaction ends."""
        query = _open_of(user_id).with_for_update()
        return (await self._session.scalars(query)).all()

    async def find_token(
        self, token_hash: bytes, *, for_update: bool = False
    ) -> RefreshToken | None:
        """Returns the token with its session; `for_update` locks both."""
        query = (
            select(RefreshToken)
            .options(joinedload(RefreshToken.session, innerjoin=True))
            .where(RefreshToken.token_hash == token_hash)
        )
        if for_update:
            query = query.with_for_update()
        return await self._session.scalar(query)


def _open_of(user_id: int) -> Select[LoginSession]:
    return select(LoginSession).where(
        LoginSession.user_id == user_id,
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > func.now(),
    )


class SessionOwner(NamedTuple):
    """The user of an open session."""

    user_id: int
    username: str
    email: str | None
    full_name: str | None
    role: Role


async def find_owner(
    connection: AsyncConnection, session_id: UUID
) -> SessionOwner | None:
    """Returns the active user of an open session.

    Every request to any service needs this, so it bypasses the ORM.
    """
    query = (
        select(User.id, User.username, User.email, User.full_name, User.role)
        .join(LoginSession, LoginSession.user_id == User.id)
        .where(
            LoginSession.id == session_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > func.now(),
            User.is_active,
        )
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else SessionOwner(*row)
