"""Validates access tokens, including whether their session is still open."""

from datetime import UTC, datetime
from uuid import UUID

from app.models.user import Role
from app.repositories.sessions import SessionOwner
from app.security.provider_tokens import AllProviderTokens, ProviderTokens
from app.security.session_owners import SessionOwners
from app.security.tokens import Tokens
from app.services.open_provider_session import OpenProviderSession
from chassis import NotAuthenticated, Principal


class TokenOwner(Principal):
    """A principal with the session and expiry of its token."""

    sid: UUID | None
    expires_at: datetime


class ValidateToken:
    """Validates tokens in this process; other services call `POST /validate-token`."""

    def __init__(
        self,
        tokens: Tokens,
        provider_tokens: AllProviderTokens,
        session_owners: SessionOwners,
        open_provider_session: OpenProviderSession,
    ) -> None:
        self._tokens = tokens
        self._provider_tokens = provider_tokens
        self._session_owners = session_owners
        self._open_provider_session = open_provider_session

    async def validate(self, token: str) -> TokenOwner:
        provider_tokens = self._provider_tokens.find(token)
        if provider_tokens is not None:
            return await self._validate_of_provider(token, provider_tokens)
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
        return _token_owner(owner, claims.sid, claims.exp)

    async def _validate_of_provider(
        self, token: str, provider_tokens: ProviderTokens
    ) -> TokenOwner:
        found = await provider_tokens.read(token)
        owner = await self._session_owners.find(found.session)
        if owner is None:
            await self._open_provider_session.open(found)
            owner = await self._session_owners.find(found.session)
        expires_at = datetime.fromtimestamp(found.claims.exp, UTC)
        return _token_owner(owner, found.session, expires_at, found.role)


def _token_owner(
    owner: SessionOwner | None,
    sid: UUID,
    expires_at: datetime,
    role: Role | None = None,
) -> TokenOwner:
    if owner is None:
        raise NotAuthenticated("the session of the access token has ended")
    return TokenOwner(
        user_id=owner.user_id,
        username=owner.username,
        email=owner.email,
        full_name=owner.full_name,
        # A provider's role is that of the token, even before it is stored.
        roles=frozenset({role or owner.role}),
        sid=sid,
        expires_at=expires_at,
    )
