"""The errors that user-service raises."""

from typing import ClassVar

from chassis import (
    Conflict,
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
    """Another user has this name, whatever its case."""


class EmailTaken(Rejected):
    """Another user has this e-mail address."""


class AccountErased(Conflict):
    """The account has been erased, for good."""


class LastAdministrator(Conflict):
    """The platform must keep one active administrator."""


class WrongCredentials(Unauthenticated):
    """There is no active user with this name and password."""


class CurrentPasswordWrong(Rejected):
    """A change of the password needs the current one."""


class PasswordIsName(Invalid):
    """A password must not be the username or the e-mail address of its account."""


class TooManyFailures(TooManyRequests):
    """Too many passwords were wrong, for this account or from this address."""


class TooManyPasswords(Unavailable):
    """More passwords wait than can be hashed in time."""


class RefreshTokenInvalid(Unauthenticated):
    """The refresh token is unknown, expired, spent, or of a session that has ended."""


class RefreshTokenSpent(RefreshTokenInvalid):
    """The refresh token has been used before: one of its two users stole it."""


class SessionNotFound(NotFound):
    """The user has no session with this id."""


class OAuthError(Rejected):
    """A failure with the members that OAuth clients read (RFC 6749, 5.2).

    Attributes:
        error: its code there.
    """

    error: ClassVar[str]

    def __init__(self, detail: str) -> None:
        super().__init__(detail, error=self.error, error_description=detail)


class InvalidRequest(OAuthError):
    """A parameter is missing, repeated or malformed."""

    error = "invalid_request"


class UnsupportedGrantType(OAuthError):
    """Only `client_credentials` gets a token here; users log in at `/login`."""

    error = "unsupported_grant_type"


class InvalidClient(OAuthError):
    """There is no service with this id and secret in the form, or neither is given."""

    error = "invalid_client"


class ClientNotAuthenticated(Unauthenticated):
    """There is no service with this id and secret in HTTP Basic."""

    scheme = "Basic"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, error="invalid_client", error_description=detail)
