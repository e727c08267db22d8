"""Extends a session: exchanges a refresh token for the next one."""

import structlog

from app.errors import RefreshTokenInvalid, RefreshTokenSpent
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.schemas.token import TokenPair
from app.security.session_tokens import SessionTokens, hash_refresh_token
from app.services.end_session import EndSession
from chassis import Database, Events, Outbox

log = structlog.get_logger(__name__)


class RefreshSession:
    """Exchanges refresh tokens.

    Opens its own transaction, because a rejection may revoke the session, and this must
    be committed.
    """

    def __init__(
        self, database: Database, tokens: SessionTokens, outbox: Outbox
    ) -> None:
        self._database = database
        self._tokens = tokens
        self._outbox = outbox

    async def refresh(self, refresh_token: str) -> TokenPair:
        async with self._database.transaction() as session:
            result = await self._spend(
                Sessions(session),
                Users(session),
                self._outbox.within(session),
                refresh_token,
            )
        # Raised after the commit: inside, it would roll the revocation back.
        if isinstance(result, RefreshTokenInvalid):
            raise result
        return result

    async def _spend(
        self, sessions: Sessions, users: Users, events: Events, refresh_token: str
    ) -> TokenPair | RefreshTokenInvalid:
        token_hash = hash_refresh_token(refresh_token)
        token = await sessions.find_token(token_hash, for_update=True)
        if token is None:
            return RefreshTokenInvalid("the refresh token is unknown")
        try:
            # Read after the lock is acquired, from the clock that all replicas share.
            token.spend(await sessions.clock())
        except RefreshTokenSpent as rejection:
            log.warning("refresh_token_reuse_rejected", user_id=token.session.user_id)
            EndSession(events).end(token.session)
            return rejection
        except RefreshTokenInvalid as rejection:
            return rejection
        if token.reuses:
            log.info(
                "refresh_token_reuse_accepted",
                user_id=token.session.user_id,
                reuses=token.reuses,
            )
        user = await users.get(token.session.user_id)
        if not user.is_active:
            return RefreshTokenInvalid("the refresh token is no longer valid")
        return await self._tokens.extend(sessions, token.session, user)
