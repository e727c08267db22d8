"""Where sessions and their refresh tokens are found and kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import DateTime, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import joinedload

from app.errors import SessionNotFound
from app.models.session import LoginSession, RefreshToken
from app.models.user import Role, User
from chassis import Page, PageRequest, fetch_page


class Sessions:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, token: RefreshToken) -> None:
        """Stores the token, and its session if that is new."""
        self._session.add(token)

    async def clock(self) -> datetime:
        """The time at the database at this moment, not at the transaction's begin."""
        now = select(cast(func.clock_timestamp(), DateTime(timezone=True)))
        return (await self._session.execute(now)).scalar_one()

    async def find_locked(self, session_id: UUID) -> LoginSession | None:
        return await self._session.get(LoginSession, session_id, with_for_update=True)

    async def get_own_locked(self, user_id: int, session_id: UUID) -> LoginSession:
        found = await self.find_locked(session_id)
        if found is None or found.user_id != user_id:
            raise SessionNotFound("you have no session with this id")
        return found

    async def list_open(self, user_id: int, page: PageRequest) -> Page[LoginSession]:
        """Sessions that have not ended, the newest first."""
        query = select(LoginSession).where(
            LoginSession.user_id == user_id,
            LoginSession.revoked_at.is_(None),
            LoginSession.expires_at > func.now(),
        )
        return await fetch_page(self._session, query, LoginSession.number, page)

    async def list_open_locked(self, user_id: int) -> Sequence[LoginSession]:
        query = (
            select(LoginSession)
            .where(
                LoginSession.user_id == user_id,
                LoginSession.revoked_at.is_(None),
                LoginSession.expires_at > func.now(),
            )
            .with_for_update()
        )
        return (await self._session.scalars(query)).all()

    async def find_token_locked(self, token_hash: bytes) -> RefreshToken | None:
        """The token with its session, both locked: it is spent once."""
        query = (
            select(RefreshToken)
            .options(joinedload(RefreshToken.session, innerjoin=True))
            .where(RefreshToken.token_hash == token_hash)
            .with_for_update()
        )
        return await self._session.scalar(query)


class SessionOwner(NamedTuple):
    """Whom an open session belongs to."""

    user_id: int
    username: str
    email: str | None
    full_name: str | None
    role: Role


async def find_owner(
    connection: AsyncConnection, session_id: UUID
) -> SessionOwner | None:
    """The active user of an open session: asked with every request, so without ORM."""
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
