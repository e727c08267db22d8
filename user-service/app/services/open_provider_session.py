"""Opens the session of a provider's token here, or extends it."""

from datetime import UTC, datetime

import structlog

from app.models.provider_identity import ProviderIdentity
from app.models.session import LoginSession
from app.models.user import Role, User
from app.repositories.provider_identities import ProviderIdentities
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.security.provider_tokens import ProviderToken
from app.services.create_provider_user import CreateProviderUser
from app.services.store_user import StoreUser
from chassis import Database, NotAuthenticated, Outbox

log = structlog.get_logger(__name__)


class OpenProviderSession:
    """Opens sessions, and creates the account at the first sight of a user.

    Opens its own transaction, because it serves requests that only read.
    """

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    async def open(self, token: ProviderToken) -> None:
        """Opens the session of a token that has been verified.

        Raises:
            NotAuthenticated: the session has ended, here or at the provider; the user
                is inactive; or the token was issued before an erasure.
        """
        async with self._database.transaction() as session:
            identities, users = ProviderIdentities(session), Users(session)
            store_user = StoreUser(users, self._outbox.within(session))
            await identities.lock({token.identity, token.provider_session})
            identity = await self._identity(identities, token)
            await _require_not_ended(identities, identity, token)
            if identity.user_id is None:
                user = await CreateProviderUser(users, store_user).create(token)
                identity.attach(user.id)
            else:
                user = await self._active_user(users, identity.user_id, token.role)
            await self._extend(Sessions(session), user, token)

    async def _identity(
        self, identities: ProviderIdentities, token: ProviderToken
    ) -> ProviderIdentity:
        identity = await identities.find(token.identity)
        if identity is None:
            issuer = token.provider.issuer
            identity = ProviderIdentity.of(token.identity, issuer, datetime.now(UTC))
            identities.add(identity)
        return identity

    async def _active_user(self, users: Users, user_id: int, role: Role) -> User:
        user = await users.get(user_id)
        if user.role != role:
            # Locked before the user, as other changes do; the last one stays.
            administrators = await users.lock_administrators()
            user = await users.get(user_id, for_update=True)
            if user.is_active_administrator and len(administrators) == 1:
                log.warning("last_administrator_kept", user_id=user_id)
            elif user.is_active:
                user.change_role(role)
                log.info("user_role_changed", user_id=user_id, role=role)
        else:
            user = await users.get_for_share(user_id)
        if not user.is_active:
            raise NotAuthenticated("the account is not active")
        return user

    async def _extend(
        self, sessions: Sessions, user: User, token: ProviderToken
    ) -> None:
        now = datetime.now(UTC)
        found = await sessions.find(token.session, for_update=True)
        if found is None:
            found = LoginSession.open_at_provider(
                token.session, user.id, token.provider_session, now
            )
            await sessions.add_session(found)
            log.info(
                "provider_session_opened", user_id=user.id, provider=token.provider.name
            )
        if found.revoked_at is not None or found.user_id != user.id:
            raise NotAuthenticated("the session of the access token has ended")
        found.extend(datetime.fromtimestamp(token.claims.exp, UTC))


async def _require_not_ended(
    identities: ProviderIdentities, identity: ProviderIdentity, token: ProviderToken
) -> None:
    identity.require_not_revoked(token.claims.iat, has_sid=token.claims.sid is not None)
    if await identities.has_ended(token.provider_session):
        raise NotAuthenticated("the session of the access token has ended")
