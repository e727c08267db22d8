"""The tokens of a session, from its opening on."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.session import LoginSession
from app.models.user import User
from app.repositories.sessions import Sessions
from app.schemas.token import TokenPair
from app.services.tokens import Tokens


class SessionTokens:
    """Hands out pairs of an access token and the refresh token that follows it."""

    def __init__(
        self, tokens: Tokens, access_lifetime: timedelta, refresh_lifetime: timedelta
    ) -> None:
        self._tokens = tokens
        self._access_lifetime = access_lifetime
        self._refresh_lifetime = refresh_lifetime

    def open(self, session: AsyncSession, user: User) -> TokenPair:
        """The first pair of a new session."""
        opened = LoginSession.open(user.id, datetime.now(UTC))
        return self.prolong(session, opened, user)

    def prolong(
        self, session: AsyncSession, login_session: LoginSession, user: User
    ) -> TokenPair:
        """The next pair of a session."""
        secret = secrets.token_urlsafe(32)
        refresh_token = login_session.issue_refresh_token(
            digest(secret), self._refresh_lifetime, datetime.now(UTC)
        )
        Sessions(session).add(refresh_token)
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


def digest(refresh_token: str) -> bytes:
    # It is 256 random bits: there is nothing to guess, so nothing to slow down.
    return hashlib.sha256(refresh_token.encode()).digest()
