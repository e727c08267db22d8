"""The domain errors of api-gateway."""

from chassis import Forbidden, Unauthenticated


class CsrfHeaderMissing(Forbidden):
    """A page of another site may have sent this request with the user's cookie."""


class CrossOriginSession(Forbidden):
    """A page of another origin has sent this request."""


class NoSession(Unauthenticated):
    """The browser has no cookie with a refresh token."""
