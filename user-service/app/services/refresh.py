"""Prolonging a session: one refresh token for the next."""

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
    """It opens its own transaction, as even a refusal may have something to commit."""

    def __init__(
        self, database: Database, tokens: SessionTokens, end_sessions: EndSessions
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._end_sessions = end_sessions

    async def __call__(self, refresh_token: str) -> TokenPair:
        async with self._database.transaction() as session:
            answer = await self._exchange(session, refresh_token)
        # Not inside: it would roll back the revocation that a spent token entails.
        if isinstance(answer, RefreshTokenInvalid):
            raise answer
        return answer

    async def _exchange(
        self, session: AsyncSession, refresh_token: str
    ) -> TokenPair | RefreshTokenInvalid:
        sessions = Sessions(session)
        token = await sessions.find_token_locked(digest(refresh_token))
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
            return RefreshTokenInvalid("the refresh token is not valid any more")
        return self._tokens.prolong(session, token.session, user)
