"""Every request names one host, and its body has one length (RFC 9112, 3.2 and 6.1)."""

import re
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from chassis._http.headers import header_values
from chassis._http.problems import problem
from chassis._http.refusal import Refusal, refusal_of

# A name, an IPv4 address, or an IPv6 address in brackets; with a port.
HOST = re.compile(rb"([A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?")


class HostMiddleware:
    """Rejects what the protocol refused, and an ambiguous host or length.

    Otherwise two programs on the way to a service could read different hosts in it, or
    different ends of its body.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = find_refusal(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
            return
        answer = problem(scope, *refusal)
        answer.headers["Connection"] = "close"
        if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
            answer.headers["Retry-After"] = "1"
        await answer(scope, receive, send)


def find_refusal(scope: Scope) -> Refusal | None:
    """Returns why the request is refused; None if it is not."""
    return refusal_of(scope) or _refusal(scope)


def _refusal(scope: Scope) -> Refusal | None:
    is_http_1_0 = scope.get("http_version") == "1.0"
    hosts = header_values(scope, b"host")
    if len(hosts) != 1 and not (is_http_1_0 and not hosts):
        return _bad_request("send exactly one Host header")
    if not all(map(HOST.fullmatch, hosts)):
        return _bad_request("the Host header is no host")
    codings = header_values(scope, b"transfer-encoding")
    if codings and is_http_1_0:
        return _bad_request("HTTP/1.0 has no Transfer-Encoding")
    if any(coding.strip().lower() != b"chunked" for coding in codings):
        detail = "the only Transfer-Encoding is chunked"
        return Refusal.of(HTTPStatus.NOT_IMPLEMENTED, detail)
    return None


def _bad_request(detail: str) -> Refusal:
    return Refusal.of(HTTPStatus.BAD_REQUEST, detail)
