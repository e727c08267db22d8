"""Ends sessions, and publishes this to the services that cache token validations."""

from datetime import UTC, datetime
from uuid import UUID

import structlog

from app.events.messages import SessionRevoked
from app.models.session import LoginSession
from app.repositories.sessions import Sessions
from chassis import Events

log = structlog.get_logger(__name__)


class EndSessions:
    """Revokes sessions together with their access tokens and refresh tokens."""

    def __init__(self, sessions: Sessions, events: Events) -> None:
        self._sessions = sessions
        self._events = events

    async def end_by_id(self, session_id: UUID) -> None:
        """Ends the session, if it exists."""
        found = await self._sessions.find(session_id, for_update=True)
        if found is not None:
            self.end(found)

    async def end_own(self, user_id: int, session_id: UUID) -> None:
        """Ends a session of the user.

        Raises:
            SessionNotFound: the session does not exist or belongs to another user.
        """
        found = await self._sessions.get_of_user(user_id, session_id, for_update=True)
        self.end(found)

    async def end_by_refresh_token(self, token_hash: bytes) -> None:
        """Ends the session of the refresh token, if the token exists."""
        token = await self._sessions.find_token(token_hash, for_update=True)
        if token is not None:
            self.end(token.session)

    async def end_all_of_user(self, user_id: int) -> None:
        for found in await self._sessions.lock_open(user_id):
            self.end(found)

    def end(self, login_session: LoginSession) -> None:
        if login_session.revoked_at is not None:
            return
        login_session.revoke(datetime.now(UTC))
        self._events.add(SessionRevoked.of(login_session))
        log.info(
            "session_revoked",
            sid=str(login_session.id),
            user_id=login_session.user_id,
        )
