"""Ends all sessions of a user."""

from app.repositories.sessions import Sessions
from app.services.end_session import EndSession


class EndAllSessions:
    def __init__(self, sessions: Sessions, end_session: EndSession) -> None:
        self._sessions = sessions
        self._end_session = end_session

    async def end(self, user_id: int) -> None:
        for found in await self._sessions.lock_open(user_id):
            self._end_session.end(found)
