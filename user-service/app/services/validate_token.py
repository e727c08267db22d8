"""Validates access tokens, including whether their session is still open."""

from datetime import datetime
from uuid import UUID

from app.security.session_owners import SessionOwners
from app.security.tokens import Tokens
from chassis import NotAuthenticated, Principal


class TokenOwner(Principal):
    """A principal with the session and expiry of its token."""

    sid: UUID | None
    expires_at: datetime


class ValidateToken:
    """Validates tokens in this process; other services call `POST /validate-token`."""

    def __init__(self, tokens: Tokens, session_owners: SessionOwners) -> None:
        self._tokens = tokens
        self._session_owners = session_owners

    async def validate(self, token: str) -> TokenOwner:
        claims = self._tokens.read(token)
        if claims.sid is None:
            return TokenOwner(
                user_id=None,
                username=claims.username,
                roles=claims.roles,
                sid=None,
                expires_at=claims.exp,
            )
        owner = await self._session_owners.find(claims.sid)
        if owner is None:
            raise NotAuthenticated("the session of the access token has ended")
        return TokenOwner(
            user_id=owner.user_id,
            username=owner.username,
            email=owner.email,
            full_name=owner.full_name,
            roles=frozenset({owner.role}),
            sid=claims.sid,
            expires_at=claims.exp,
        )
