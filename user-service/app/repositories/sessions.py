"""Queries on sessions and their refresh tokens."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DateTime,
    Select,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import joinedload

from app.errors import SessionNotFound
from app.models.session import LoginSession, RefreshToken
from app.models.user import Role, User
from chassis import Page, PageRequest, fetch_page

RowT = TypeVar("RowT")


class Sessions:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add_session(self, login_session: LoginSession) -> None:
        """Stores a session without refresh tokens, which a provider's tokens open."""
        self._session.add(login_session)
        await self._session.flush()

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
            LoginSession,
            session_id,
            with_for_update=for_update or None,
            populate_existing=for_update,
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
        query = _locked(_open_of(user_id))
        return (await self._session.scalars(query)).all()

    async def lock_open_of_provider(
        self, provider_sessions: Collection[UUID]
    ) -> Sequence[LoginSession]:
        """Returns all open sessions of sessions at a provider, locked."""
        query = select(LoginSession).where(
            LoginSession.provider_session.in_(provider_sessions),
            LoginSession.revoked_at.is_(None),
        )
        return (await self._session.scalars(_locked(query))).all()

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
            query = _locked(query)
        return await self._session.scalar(query)


def _locked(query: Select[RowT]) -> Select[RowT]:
    """Locks the rows; objects that are loaded already get their current values."""
    return query.with_for_update().execution_options(populate_existing=True)


def _open_of(user_id: int) -> Select[LoginSession]:
    return select(LoginSession).where(
        LoginSession.user_id == user_id,
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > func.now(),
    )


# An array instead of a list of parameters: the text of the query, which the server
# prepares, is the same for any number of sessions.
OWNERS = (
    select(
        LoginSession.id, User.id, User.username, User.email, User.full_name, User.role
    )
    .join(User, LoginSession.user_id == User.id)
    .where(
        LoginSession.id == any_(bindparam("session_ids", type_=ARRAY(Uuid))),
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > func.now(),
        User.is_active,
    )
)


class SessionOwner(NamedTuple):
    """The user of an open session."""

    user_id: int
    username: str
    email: str | None
    full_name: str | None
    role: Role


async def find_owners(
    connection: AsyncConnection, session_ids: Collection[UUID]
) -> Mapping[UUID, SessionOwner]:
    """Returns the active users of the sessions that are open, by session.

    Every request to any service needs this, so it bypasses the ORM.
    """
    rows = await connection.execute(OWNERS, {"session_ids": list(session_ids)})
    return {row[0]: SessionOwner(*row[1:]) for row in rows}
