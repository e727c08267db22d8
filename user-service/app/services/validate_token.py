"""Validates access tokens, including whether their session is still open."""

from datetime import datetime
from uuid import UUID

from app.repositories.sessions import find_owner
from app.security.tokens import Tokens
from chassis import Database, NotAuthenticated, Principal


class TokenOwner(Principal):
    """A principal with the session and expiry of its token."""

    sid: UUID | None
    expires_at: datetime


class ValidateToken:
    """Validates tokens in this process; other services call `POST /validate-token`."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database = database
        self._tokens = tokens

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
        async with self._database.reading() as connection:
            owner = await find_owner(connection, claims.sid)
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
