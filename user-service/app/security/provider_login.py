"""The log-in of a browser at one OpenID Connect provider: authorization code, PKCE."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import structlog

from app.clients.openid_provider import (
    GrantedTokens,
    OpenIdClient,
    ProviderMetadata,
)
from app.config.providers import OpenIdProvider
from app.errors import (
    LoginDenied,
    LoginStateInvalid,
    ProviderLoginFailed,
    ProviderUnavailable,
)
from app.security.id_tokens import IdTokens
from app.security.login_states import LoginState
from app.security.provider_places import ProviderPlaces
from app.security.provider_tokens import (
    ProviderToken,
    ProviderTokens,
    UserClaims,
    describe_token,
)
from chassis import (
    AuthenticationUnavailable,
    Deadline,
    NotAuthenticated,
    Unavailable,
)
from chassis.jwts import TokenUnreadable

log = structlog.get_logger(__name__)

# Below the time for which the gateway waits.
REDEEM_SECONDS = 5.0


class ProviderLogin:
    """
    Args:
        places: those of log-ins that wait for a provider.
        callback_url: where the provider sends the browser back.
        home_url: where it sends the browser after a log-out.
    """

    def __init__(
        self,
        tokens: ProviderTokens,
        client: OpenIdClient,
        places: ProviderPlaces,
        callback_url: str,
        home_url: str,
    ) -> None:
        self.provider: OpenIdProvider = tokens.provider
        self.tokens = tokens
        self._id_tokens = IdTokens(tokens)
        self._client = client
        self._places = places
        self._callback_url = callback_url
        self._home_url = home_url

    async def authorization_url(self, state: LoginState) -> str:
        """Returns where the browser logs in.

        Raises:
            ProviderUnavailable: the provider has never responded.
        """
        metadata = await self._metadata()
        parameters = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": self._callback_url,
            "scope": self.provider.scope,
            "state": state.state,
            "nonce": state.nonce,
            "code_challenge": state.challenge,
            "code_challenge_method": "S256",
        }
        return _with_query(metadata.authorization_endpoint, parameters)

    async def require_issuer(self, issuer: str | None) -> None:
        """Compares the `iss` of a response (RFC 9207).

        Raises:
            LoginStateInvalid: another provider has sent the response.
            ProviderUnavailable: the provider has never responded, so that it is not
                known whether the response needs an `iss`.
        """
        if issuer is None:
            metadata = await self._metadata()
            is_right = not metadata.authorization_response_iss_parameter_supported
        else:
            is_right = issuer == self.provider.issuer
        if not is_right:
            raise LoginStateInvalid("another provider has sent this response")

    async def redeem(self, state: LoginState, code: str) -> ProviderToken:
        """Returns whom the provider has logged in.

        Raises:
            ProviderLoginFailed: the code or a token is not valid.
            LoginDenied: the user has no role here.
            ProviderUnavailable: the provider does not respond as it should.
        """
        with self._waiting():
            granted = await self._grant(state, code)
            claims = await self._id_tokens.read(granted.id_token, state.nonce)
            user = await self._access_claims(granted.access_token) or claims
        if user.sub != claims.sub:
            raise ProviderLoginFailed("the access token is that of another user")
        user = user.model_copy(update={"sid": claims.sid or user.sid})
        try:
            return describe_token(self.provider, user, granted.id_token)
        except TokenUnreadable as error:
            raise LoginDenied("the provider gives this user no role here") from error

    def end_session_url(self) -> str | None:
        """Returns where the browser logs out (OpenID Connect RP-Initiated Logout 1.0).

        Without an ID token, which the platform does not store, the provider may ask.
        """
        metadata = self.tokens.keys.known_metadata
        if metadata is None or metadata.end_session_endpoint is None:
            return None
        parameters = {
            "client_id": self.provider.client_id,
            "post_logout_redirect_uri": self._home_url,
        }
        return _with_query(metadata.end_session_endpoint, parameters)

    async def _access_claims(self, token: str) -> UserClaims | None:
        """Returns the claims of an access token; None if it is not for the platform.

        By default, Keycloak writes roles only there; other providers issue access
        tokens that only they can read, with keys that they do not publish.

        Raises:
            AuthenticationUnavailable: the roles may be there, but the provider does not
                publish its keys at the moment.
        """
        try:
            return (await self.tokens.read(token)).claims
        except AuthenticationUnavailable:
            if self.provider.roles_claim is not None:
                raise
            return None
        except NotAuthenticated as error:
            if self.provider.roles_claim is not None:
                # Without this line, a missing role has no visible cause.
                log.info(
                    "provider_access_token_ignored",
                    provider=self.provider.name,
                    reason=_reason(error),
                )
            return None

    async def _metadata(self) -> ProviderMetadata:
        known = self.tokens.keys.known_metadata
        if known is not None:
            return known
        with self._waiting():
            return await self.tokens.keys.metadata()

    async def _grant(self, state: LoginState, code: str) -> GrantedTokens:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback_url,
            "code_verifier": state.verifier,
        }
        metadata = await self.tokens.keys.metadata()
        deadline = Deadline.after(REDEEM_SECONDS)
        return await self._client.redeem_code(metadata, form, deadline)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        """Occupies a place, and reports a provider that does not respond."""
        try:
            with self._places.occupy():
                yield
        except Unavailable as error:
            log.warning(
                "provider_unavailable", provider=self.provider.name, reason=error.detail
            )
            detail = "the provider does not respond: try again"
            raise ProviderUnavailable(detail) from error


def _reason(error: NotAuthenticated) -> str:
    """Returns why a token is not valid, without its claims, which are personal data."""
    cause = error.__cause__
    if isinstance(cause, TokenUnreadable):
        return str(cause.__cause__ or cause)
    return "it is not valid now" if cause is None else "a claim has another form"


def _with_query(url: str, parameters: dict[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}"
