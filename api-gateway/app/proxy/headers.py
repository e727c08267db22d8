"""The headers that are passed on, as raw pairs, and those that the gateway makes."""

import re
from collections.abc import Iterable, Sequence

from opentelemetry import propagate
from starlette.types import Scope

from app.proxy.framing import NO_CONTENT
from app.proxy.routes import public_path
from app.sessions.cookie import without_refresh_token
from chassis import IpNetwork, client_address, header, header_values

Headers = list[tuple[bytes, bytes]]

# RFC 9110, 7.6.1.
HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# The gateway makes them, or answers them itself (Expect, Origin).
NOT_FORWARDED = HOP_BY_HOP | {
    b"host",
    b"content-length",
    b"expect",
    b"origin",
    b"forwarded",
    b"x-real-ip",
    b"x-request-id",
    b"traceparent",
    b"tracestate",
    b"baggage",
    b"cookie",
}
FORWARDED = b"x-forwarded-"
FORWARDED_FOR = FORWARDED + b"for"
FORWARDED_PROTO = FORWARDED + b"proto"
FORWARDED_HOST = FORWARDED + b"host"
# The server and the middleware of the gateway add their own.
NOT_RETURNED = HOP_BY_HOP | {b"date", b"server", b"x-request-id"}
CORS = b"access-control-"
# Their values are a path, or paths between < and >, as the service has them.
LINKING = frozenset({b"link", b"location"})
LINKED_PATH = re.compile(rb"(?:^|(?<=<))/[^?#>]*")


def request_headers(
    scope: Scope, host: bytes, length: int | None, trusted: Sequence[IpNetwork]
) -> Headers:
    """Returns the headers of a request to a service.

    Args:
        host: the service's own.
        length: of the body; None if there is none.
    """
    given: Headers = scope["headers"]
    named = _named_by_connection(given)
    dropped = NOT_FORWARDED | named
    headers = [
        pair
        for pair in given
        if pair[0] not in dropped and not pair[0].startswith(FORWARDED)
    ]
    headers.extend(
        (name, kept)
        for name, value in given
        if name == b"cookie"
        and name not in named
        and (kept := without_refresh_token(value))
    )
    headers.append((b"host", host))
    headers.extend(_forwarded(scope, trusted))
    headers.append((b"x-request-id", scope["state"]["request_id"].encode()))
    trace: dict[str, str] = {}
    propagate.inject(trace)
    headers.extend((name.encode(), value.encode()) for name, value in trace.items())
    if length is not None:
        headers.append((b"content-length", b"%d" % length))
    return headers


def response_headers(status: int, given: Headers, service: str) -> Headers:
    """Returns the headers of a response of the service to the client."""
    dropped = NOT_RETURNED | _named_by_connection(given)
    if status in NO_CONTENT:
        dropped |= {b"content-length"}
    return [
        (name, _with_public_paths(value, service) if name in LINKING else value)
        for name, value in given
        if name not in dropped and not _is_of_cors(name, value)
    ]


def _is_of_cors(name: bytes, value: bytes) -> bool:
    is_varying = name == b"vary" and value.strip().lower() == b"origin"
    return is_varying or name.startswith(CORS)


def _with_public_paths(value: bytes, service: str) -> bytes:
    def public(found: re.Match[bytes]) -> bytes:
        path = public_path(service, found[0].decode("latin-1"))
        return found[0] if path is None else path.encode("latin-1")

    return LINKED_PATH.sub(public, value)


def _named_by_connection(headers: Iterable[tuple[bytes, bytes]]) -> frozenset[bytes]:
    named = [value for name, value in headers if name == b"connection"]
    if not named:
        return frozenset()
    return frozenset(
        option.strip().lower() for value in named for option in value.split(b",")
    )


def _forwarded(scope: Scope, trusted: Sequence[IpNetwork]) -> Headers:
    peer = scope["client"][0] if scope.get("client") else None
    hops = [value.decode("latin-1") for value in header_values(scope, FORWARDED_FOR)]
    address = client_address(peer, hops, trusted)
    made = {
        FORWARDED_PROTO: scope["scheme"].encode(),
        FORWARDED_HOST: header(scope, b"host"),
    }
    if _is_trusted(peer, trusted):
        made |= {name: header(scope, name) or value for name, value in made.items()}
    if address is not None:
        made[FORWARDED_FOR] = str(address).encode()
    return [(name, value) for name, value in made.items() if value is not None]


def _is_trusted(peer: str | None, trusted: Sequence[IpNetwork]) -> bool:
    address = client_address(peer, (), ())
    return address is not None and any(address in network for network in trusted)
