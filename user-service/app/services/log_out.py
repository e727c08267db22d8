"""Ends the session of an access token or of a refresh token."""

from uuid import UUID

from app.repositories.sessions import Sessions
from app.security.session_tokens import hash_refresh_token
from app.services.end_session import EndSession


class LogOut:
    """Ends sessions that exist; any other token is ignored."""

    def __init__(self, sessions: Sessions, end_session: EndSession) -> None:
        self._sessions = sessions
        self._end_session = end_session

    async def log_out(self, session_id: UUID | None, refresh_token: str | None) -> None:
        # Locks the token before its session, as a refresh does; another order could
        # cause a deadlock.
        if refresh_token is not None:
            token_hash = hash_refresh_token(refresh_token)
            token = await self._sessions.find_token(token_hash, for_update=True)
            if token is not None:
                self._end_session.end(token.session)
        if session_id is not None:
            found = await self._sessions.find(session_id, for_update=True)
            if found is not None:
                self._end_session.end(found)
