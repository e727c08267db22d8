"""Opens a session for a browser that comes back from an OpenID Connect provider."""

import structlog

from app.errors import LoginDenied, ProviderLoginFailed, ProviderUnavailable
from app.repositories.provider_identities import ProviderIdentities
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.schemas.provider_login import LoginResponse
from app.schemas.token import TokenPair
from app.security.login_states import LoginState
from app.security.provider_login import ProviderLogin
from app.security.provider_logins import ProviderLogins
from app.security.provider_tokens import ProviderToken
from app.security.session_tokens import SessionTokens
from app.services.admit_provider_user import AdmitProviderUser
from app.services.store_user import StoreUser
from chassis import Database, DomainError, NotAuthenticated, Outbox

log = structlog.get_logger(__name__)

# RFC 6749, section 4.1.2.1.
DENIED = "access_denied"
UNAVAILABLE = ("server_error", "temporarily_unavailable")


class LogInAtProvider:
    """Redeems the code of the provider's response, and opens a session.

    Opens its own transaction, so that none stays open during the calls to the provider.
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        logins: ProviderLogins,
        tokens: SessionTokens,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._logins = logins
        self._tokens = tokens

    async def log_in(self, state: LoginState, response: LoginResponse) -> TokenPair:
        """Opens the session of a response that belongs to this state.

        Raises:
            ProviderNotFound: the provider is no longer configured.
            LoginStateInvalid: another provider has sent the response.
            LoginDenied: the provider or its user has denied it; or the account, or the
                session at the provider, is no longer active.
            ProviderLoginFailed: the response does not prove the log-in.
            ProviderUnavailable: the provider does not respond as it should.
        """
        login = self._logins.get(state.provider)
        try:
            token = await _redeem(login, state, response)
            return await self._open_session(token)
        except DomainError as error:
            log.warning(
                "provider_login_failed", provider=state.provider, reason=error.detail
            )
            if isinstance(error, NotAuthenticated):
                raise LoginDenied(error.detail) from error
            raise

    async def _open_session(self, token: ProviderToken) -> TokenPair:
        async with self._database.transaction() as session:
            users = Users(session)
            store_user = StoreUser(users, self._outbox.within(session))
            admit_user = AdmitProviderUser(
                ProviderIdentities(session), users, store_user
            )
            user = await admit_user.admit(token)
            log.info(
                "provider_user_logged_in",
                user_id=user.id,
                provider=token.provider.name,
            )
            return await self._tokens.open(
                Sessions(session), user, token.provider_session
            )


async def _redeem(
    login: ProviderLogin, state: LoginState, response: LoginResponse
) -> ProviderToken:
    await login.require_issuer(response.iss)
    if response.error == DENIED:
        raise LoginDenied("the log-in was denied at the provider")
    if response.error in UNAVAILABLE:
        raise ProviderUnavailable("the provider cannot log anyone in: try again")
    if response.error is not None or response.code is None:
        raise ProviderLoginFailed("the provider has refused the log-in")
    return await login.redeem(state, response.code)
