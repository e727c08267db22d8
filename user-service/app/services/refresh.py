"""Prolongs a session: exchanges a refresh token for the next one."""

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import RefreshTokenInvalid, RefreshTokenSpent
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.schemas.token import TokenPair
from app.services.end_sessions import EndSessions
from app.services.sessions import SessionTokens, digest
from chassis import Database

log = structlog.get_logger(__name__)


class Refresh:
    """Opens its own transaction, because even a rejection may have to be committed."""

    def __init__(
        self, database: Database, tokens: SessionTokens, end_sessions: EndSessions
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._end_sessions = end_sessions

    async def exchange(self, refresh_token: str) -> TokenPair:
        async with self._database.transaction() as session:
            answer = await self._spend(session, refresh_token)
        # Raised out here, or the revocation of a stolen token would be rolled back.
        if isinstance(answer, RefreshTokenInvalid):
            raise answer
        return answer

    async def _spend(
        self, session: AsyncSession, refresh_token: str
    ) -> TokenPair | RefreshTokenInvalid:
        sessions = Sessions(session)
        token = await sessions.find_token(digest(refresh_token), for_update=True)
        if token is None:
            return RefreshTokenInvalid("the refresh token is not known")
        try:
            # The clock that all replicas share, after the wait for the lock.
            token.spend(await sessions.clock())
        except RefreshTokenSpent as refusal:
            log.warning("refresh_token_reused", user_id=token.session.user_id)
            self._end_sessions.end(session, token.session)
            return refusal
        except RefreshTokenInvalid as refusal:
            return refusal
        if token.reuses:
            log.info(
                "refresh_token_repeated",
                user_id=token.session.user_id,
                reuses=token.reuses,
            )
        user = await Users(session).get(token.session.user_id)
        if not user.is_active:
            return RefreshTokenInvalid("the refresh token is no longer valid")
        return self._tokens.prolong(session, token.session, user)
