"""The ways in which an exchange with a service can fail."""

from http import HTTPStatus
from typing import ClassVar

from starlette.responses import Response
from starlette.types import Scope

from chassis import PeerUnreachable, problem


class ServiceBusy(PeerUnreachable):
    """The request was not sent, because too many others await or read a response."""


class ExchangeFailed(Exception):
    """The request was sent, and its outcome is not known."""

    status: ClassVar[HTTPStatus]
    code: ClassVar[str]


class ServiceFailed(ExchangeFailed):
    """The response ended early, or cannot be read."""

    status = HTTPStatus.BAD_GATEWAY
    code = "service_failed"


class ResponseMissing(ServiceFailed):
    """The connection ended before the first byte of a response."""


class ServiceTimeout(ExchangeFailed):
    """The service did not answer in time."""

    status = HTTPStatus.GATEWAY_TIMEOUT
    code = "service_timeout"


def failure(
    scope: Scope, error: PeerUnreachable | ExchangeFailed, service: str
) -> Response:
    """Returns the problem document of a failed exchange."""
    if isinstance(error, PeerUnreachable):
        again = {"Retry-After": "1"}
        return problem(scope, 503, error.code, error.detail, again, service=service)
    detail = f"{service} {error}; it may have carried out the request"
    return problem(scope, error.status, error.code, detail, service=service)
