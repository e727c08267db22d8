"""Ends the sessions that an OpenID Connect provider has ended."""

from datetime import UTC, datetime

import structlog

from app.errors import LogoutTokenInvalid
from app.models.provider_identity import ProviderIdentity
from app.repositories.provider_identities import ProviderIdentities
from app.repositories.sessions import Sessions
from app.security.logout_tokens import LogoutToken
from app.services.end_all_sessions import EndAllSessions
from app.services.end_session import EndSession

log = structlog.get_logger(__name__)


class EndProviderSessions:
    """Ends sessions, also those whose tokens have not been seen here yet."""

    def __init__(
        self,
        identities: ProviderIdentities,
        sessions: Sessions,
        end_session: EndSession,
    ) -> None:
        self._identities = identities
        self._sessions = sessions
        self._end_session = end_session

    async def end(self, token: LogoutToken) -> None:
        """Ends the session of the token, or all sessions of its user.

        Raises:
            LogoutTokenInvalid: the token has been used before.
        """
        now = datetime.now(UTC)
        if not await self._identities.use_logout_token(token.id, now):
            raise LogoutTokenInvalid("the logout token has been used before")
        locked = (token.identity, token.session)
        await self._identities.lock({each for each in locked if each})
        if token.session is not None:
            await self._identities.end_session(token.session, now)
        identity = await self._identity(token, now)
        if identity is not None:
            # By the later one of two clocks, neither of which need be right.
            moment = max(now, token.issued_at)
            if token.session is None:
                identity.revoke_until(moment)
            else:
                identity.revoke_without_sid_until(moment)
        await self._end_open_sessions(token, identity)
        log.info("provider_logout_received", issuer=token.issuer)

    async def _identity(
        self, token: LogoutToken, now: datetime
    ) -> ProviderIdentity | None:
        if token.identity is None:
            return None
        identity = await self._identities.find(token.identity)
        if identity is None:
            identity = ProviderIdentity.of(token.identity, token.issuer, now)
            self._identities.add(identity)
        return identity

    async def _end_open_sessions(
        self, token: LogoutToken, identity: ProviderIdentity | None
    ) -> None:
        if token.session is None and identity and identity.user_id is not None:
            end_all = EndAllSessions(self._sessions, self._end_session)
            await end_all.end(identity.user_id)
        ended = (token.session, token.sessions_without_sid)
        named = {each for each in ended if each}
        for found in await self._sessions.lock_open_of_provider(named):
            self._end_session.end(found)
