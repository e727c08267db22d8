"""Ends one of the caller's sessions."""

from uuid import UUID

from app.repositories.sessions import Sessions
from app.services.end_session import EndSession


class EndOwnSession:
    def __init__(self, sessions: Sessions, end_session: EndSession) -> None:
        self._sessions = sessions
        self._end_session = end_session

    async def end(self, user_id: int, session_id: UUID) -> None:
        """Ends the session, if it has not ended yet.

        Raises:
            SessionNotFound: the session does not exist or belongs to another user.
        """
        found = await self._sessions.get_of_user(user_id, session_id, for_update=True)
        self._end_session.end(found)
