"""Ends sessions, and publishes their end to the services that cache their tokens."""

from datetime import UTC, datetime
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.events.messages import SessionRevoked
from app.models.session import LoginSession
from app.repositories.sessions import Sessions
from chassis import Outbox

log = structlog.get_logger(__name__)


class EndSessions:
    """Revokes sessions, and with each its access tokens and refresh tokens."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def one(self, session: AsyncSession, session_id: UUID) -> None:
        found = await Sessions(session).find(session_id, for_update=True)
        if found is not None:
            self.end(session, found)

    async def own(self, session: AsyncSession, user_id: int, session_id: UUID) -> None:
        """Ends a session of the user.

        Raises:
            SessionNotFound: it does not exist, or belongs to another user.
        """
        found = await Sessions(session).get_of_user(
            user_id, session_id, for_update=True
        )
        self.end(session, found)

    async def of_token(self, session: AsyncSession, token_hash: bytes) -> None:
        """Ends the session of a refresh token, if there is such a token."""
        token = await Sessions(session).find_token(token_hash, for_update=True)
        if token is not None:
            self.end(session, token.session)

    async def all_of(self, session: AsyncSession, user_id: int) -> None:
        for found in await Sessions(session).lock_open(user_id):
            self.end(session, found)

    def end(self, session: AsyncSession, login_session: LoginSession) -> None:
        if login_session.revoked_at is not None:
            return
        login_session.revoke(datetime.now(UTC))
        self._outbox.add(session, SessionRevoked.of(login_session))
        log.info(
            "session_revoked",
            sid=str(login_session.id),
            user_id=login_session.user_id,
        )
