"""Issues the tokens of a session."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.models.session import LoginSession
from app.models.user import User
from app.repositories.sessions import Sessions
from app.schemas.token import TokenPair
from app.security.tokens import Tokens


class SessionTokens:
    """Issues pairs of an access token and a refresh token."""

    def __init__(
        self, tokens: Tokens, access_lifetime: timedelta, refresh_lifetime: timedelta
    ) -> None:
        self._tokens = tokens
        self._access_lifetime = access_lifetime
        self._refresh_lifetime = refresh_lifetime

    async def open(
        self, sessions: Sessions, user: User, provider_session: UUID | None = None
    ) -> TokenPair:
        """Opens a session and returns its first pair.

        Args:
            provider_session: the session at a provider that it ends with.
        """
        opened = LoginSession.open(user.id, datetime.now(UTC), provider_session)
        return await self.extend(sessions, opened, user)

    async def extend(
        self, sessions: Sessions, login_session: LoginSession, user: User
    ) -> TokenPair:
        """Extends a session and returns its next pair."""
        secret = secrets.token_urlsafe(32)
        refresh_token = login_session.issue_refresh_token(
            hash_refresh_token(secret), self._refresh_lifetime, datetime.now(UTC)
        )
        await sessions.add(refresh_token)
        access_token = self._tokens.issue(
            str(user.id),
            user.username,
            [user.role],
            self._access_lifetime,
            login_session.id,
        )
        return TokenPair(
            access_token=access_token,
            refresh_token=secret,
            expires_in=int(self._access_lifetime.total_seconds()),
        )


def hash_refresh_token(refresh_token: str) -> bytes:
    # A fast hash suffices: 256 random bits cannot be guessed.
    return hashlib.sha256(refresh_token.encode()).digest()
