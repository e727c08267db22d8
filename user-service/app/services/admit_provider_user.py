"""Finds the account of a provider's user, or creates it at the first sight."""

from datetime import UTC, datetime

import structlog

from app.models.provider_identity import ProviderIdentity
from app.models.user import Role, User
from app.repositories.provider_identities import ProviderIdentities
from app.repositories.users import Users
from app.security.provider_tokens import ProviderToken
from app.services.create_provider_user import CreateProviderUser
from app.services.store_user import StoreUser
from chassis import NotAuthenticated

log = structlog.get_logger(__name__)


class AdmitProviderUser:
    def __init__(
        self, identities: ProviderIdentities, users: Users, store_user: StoreUser
    ) -> None:
        self._identities = identities
        self._users = users
        self._store_user = store_user

    async def admit(self, token: ProviderToken) -> User:
        """Returns the active user of a token that has been verified.

        A log-out at the provider waits until the transaction ends, so that it finds the
        session that the transaction opens.

        Raises:
            NotAuthenticated: the session has ended at the provider; the user is
                inactive; or the token was issued before an erasure.
        """
        await self._identities.lock({token.identity, token.provider_session})
        identity = await self._identity(token)
        await self._require_not_ended(identity, token)
        if identity.user_id is not None:
            return await self._active_user(identity.user_id, token.role)
        user = await CreateProviderUser(self._users, self._store_user).create(token)
        identity.attach(user.id)
        return user

    async def _identity(self, token: ProviderToken) -> ProviderIdentity:
        identity = await self._identities.find(token.identity)
        if identity is None:
            issuer = token.provider.issuer
            identity = ProviderIdentity.of(token.identity, issuer, datetime.now(UTC))
            self._identities.add(identity)
        return identity

    async def _active_user(self, user_id: int, role: Role) -> User:
        user = await self._users.get(user_id)
        if user.role != role:
            # Locked before the user, as other changes do; the last one stays.
            administrators = await self._users.lock_administrators()
            user = await self._users.get(user_id, for_update=True)
            if user.is_active_administrator and len(administrators) == 1:
                log.warning("last_administrator_kept", user_id=user_id)
            elif user.is_active:
                user.change_role(role)
                log.info("user_role_changed", user_id=user_id, role=role)
        else:
            user = await self._users.get_for_share(user_id)
        if not user.is_active:
            raise NotAuthenticated("the account is not active")
        return user

    async def _require_not_ended(
        self, identity: ProviderIdentity, token: ProviderToken
    ) -> None:
        claims = token.claims
        identity.require_not_revoked(claims.iat, has_sid=claims.sid is not None)
        if await self._identities.has_ended(token.provider_session):
            raise NotAuthenticated("the session at the provider has ended")
