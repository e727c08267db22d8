"""The domain errors of user-service."""

from typing import ClassVar

from chassis import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    Rejected,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)


class UserNotFound(NotFound):
    """There is no user with this id."""


class UsernameTaken(Rejected):
    """Another user has this name, in this or another case."""


class EmailTaken(Rejected):
    """Another user has this e-mail address."""


class AccountErased(Conflict):
    """The account has been erased and cannot be restored."""


class LastAdministrator(Conflict):
    """The platform must keep one active administrator."""


class WrongCredentials(Unauthenticated):
    """There is no active user with this name and password."""


class CurrentPasswordWrong(Rejected):
    """The current password, which a change of password needs, is wrong."""


class PasswordIsName(Invalid):
    """A password must not be the username or the e-mail address of its account."""


class TooManyFailures(TooManyRequests):
    """There were too many wrong passwords for this account or from this address."""


class PasswordQueueFull(Unavailable):
    """More passwords are waiting than can be hashed in time."""


class RefreshTokenInvalid(Unauthenticated):
    """The refresh token is unknown, expired or spent, or its session has ended."""


class RefreshTokenSpent(RefreshTokenInvalid):
    """The refresh token has been used before, so a copy of it may be stolen."""


class SessionNotFound(NotFound):
    """The user has no session with this id."""


class OAuthError(Rejected):
    """An error with the members that OAuth clients read (RFC 6749, section 5.2).

    Attributes:
        error: the error code that the RFC defines.
    """

    error: ClassVar[str]

    def __init__(self, detail: str) -> None:
        super().__init__(detail, error=self.error, error_description=detail)


class InvalidRequest(OAuthError):
    """A parameter is missing, repeated or malformed."""

    error = "invalid_request"


class LogoutTokenInvalid(OAuthError):
    """The logout token of a provider is forged, old, used or of another kind."""

    error = "invalid_request"


class ProviderNotFound(NotFound):
    """There is no OpenID Connect provider with this name."""


class ProviderNotNamed(Invalid):
    """There are several OpenID Connect providers, and the log-in names none."""

    where = "query"


class ProviderUnavailable(Unavailable):
    """The OpenID Connect provider does not respond, or not as it should."""


class NoUsableKey(Unavailable):
    """The OpenID Connect provider responds, but publishes no key for its algorithm."""


class LoginStateInvalid(Rejected):
    """The log-in was not begun by this browser, was too slow, or is over already."""


class CrossSiteLogin(Forbidden):
    """A page of another site has begun the log-in, which would replace a session."""


class LoginDenied(Forbidden):
    """The provider or its user has denied the log-in, or the account is inactive."""


class ProviderLoginFailed(Rejected):
    """The provider's response proves no log-in: a code or a token in it is wrong."""


class UnsupportedGrantType(OAuthError):
    """The grant type is not `client_credentials`; users log in at `/login`."""

    error = "unsupported_grant_type"


class InvalidClient(OAuthError):
    """The form's client id and secret are wrong or missing."""

    error = "invalid_client"


class ClientNotAuthenticated(Unauthenticated):
    """The client id and secret sent with HTTP Basic are wrong."""

    scheme = "Basic"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, error="invalid_client", error_description=detail)
