"""Opens the session of a provider's token here, or extends it."""

from datetime import UTC, datetime

import structlog

from app.models.session import LoginSession
from app.models.user import User
from app.repositories.provider_identities import ProviderIdentities
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.security.provider_tokens import ProviderToken
from app.services.admit_provider_user import AdmitProviderUser
from app.services.store_user import StoreUser
from chassis import Database, NotAuthenticated, Outbox

log = structlog.get_logger(__name__)


class OpenProviderSession:
    """Opens sessions.

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
            users = Users(session)
            store_user = StoreUser(users, self._outbox.within(session))
            admit_user = AdmitProviderUser(
                ProviderIdentities(session), users, store_user
            )
            user = await admit_user.admit(token)
            await self._extend(Sessions(session), user, token)

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
