"""Ends the session of a browser, which may go on to log out at its provider."""

from app.models.session import LoginSession
from app.repositories.provider_identities import ProviderIdentities
from app.repositories.sessions import Sessions
from app.security.provider_logins import ProviderLogins
from app.security.session_tokens import hash_refresh_token
from app.services.end_session import EndSession


class LogOutOfBrowser:
    def __init__(
        self,
        sessions: Sessions,
        identities: ProviderIdentities,
        end_session: EndSession,
        logins: ProviderLogins,
    ) -> None:
        self._sessions = sessions
        self._identities = identities
        self._end_session = end_session
        self._logins = logins

    async def log_out(self, refresh_token: str) -> str | None:
        """Ends the session of the token; any other text is ignored.

        Returns:
            where the browser logs out at the provider; None if the session was not
            begun there, or the provider offers no such address.
        """
        token_hash = hash_refresh_token(refresh_token)
        token = await self._sessions.find_token(token_hash, for_update=True)
        if token is None:
            return None
        self._end_session.end(token.session)
        return await self._end_session_url(token.session)

    async def _end_session_url(self, ended: LoginSession) -> str | None:
        if ended.provider_session is None:
            return None
        identity = await self._identities.find_of_user(ended.user_id)
        login = identity and self._logins.find_by_issuer(identity.issuer)
        return login.end_session_url() if login else None
