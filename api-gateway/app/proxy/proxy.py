"""Passes a request on to its service, and streams the response to the client.

The connection to the service belongs to the ASGI call: when that ends, for whatever
reason, the connection is given back or closed.
"""

from collections.abc import Mapping, Sequence

import structlog
from starlette.types import Receive, Scope, Send

from app.proxy.connection import Connection
from app.proxy.departure import ClientSilent, Departure
from app.proxy.errors import ExchangeFailed, ServiceTimeout, failure
from app.proxy.event_streams import EventStreams, StreamEnded
from app.proxy.headers import Headers, request_headers, response_headers
from app.proxy.routes import Destination, Routes
from app.proxy.upstream import Upstream, UpstreamRequest
from chassis import (
    BodyRefused,
    ClientGone,
    IpNetwork,
    PeerUnreachable,
    has_body,
    receive_body,
)

log = structlog.get_logger(__name__)

SILENCE_SECONDS = 30.0
EVENT_STREAM = b"text/event-stream"


class Proxy:
    def __init__(
        self,
        routes: Routes,
        upstreams: Mapping[str, Upstream],
        trusted_proxies: Sequence[IpNetwork],
    ) -> None:
        self.routes = routes
        self.upstreams = upstreams
        self.event_streams = EventStreams()
        self._trusted_proxies = trusted_proxies

    async def forward(
        self, scope: Scope, receive: Receive, send: Send, destination: Destination
    ) -> None:
        upstream = self.upstreams[destination.service]
        try:
            body = await receive_body(scope, receive) if has_body(scope) else None
            request = UpstreamRequest(
                method=scope["method"],
                target=destination.target,
                query=scope["query_string"],
                headers=request_headers(
                    scope,
                    upstream.pool.host,
                    None if body is None else len(body),
                    self._trusted_proxies,
                ),
                body=body or b"",
                sends_once=destination.sends_once,
            )
            await self._exchange(upstream, request, scope, receive, send)
        except ClientSilent as error:
            timeout = ServiceTimeout(str(error))
            await failure(scope, timeout, upstream.name)(scope, receive, send)
        except ClientGone:
            pass
        except BodyRefused as refused:
            await refused.answer(scope, receive, send)
        except (PeerUnreachable, ExchangeFailed) as error:
            await failure(scope, error, upstream.name)(scope, receive, send)

    async def _exchange(
        self,
        upstream: Upstream,
        request: UpstreamRequest,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        with Departure(scope, receive) as client:
            async with upstream.place():
                connection = await upstream.send(request, client)
                try:
                    await self._return_response(connection, upstream.name, send, client)
                finally:
                    upstream.pool.give_back(connection)

    async def _return_response(
        self, connection: Connection, service: str, send: Send, client: Departure
    ) -> None:
        headers = response_headers(connection.status, connection.headers, service)
        start = {"type": "http.response.start", "status": connection.status}
        await client.receive({**start, "headers": headers}, send)
        if not _is_event_stream(headers):
            await _return_body(connection, SILENCE_SECONDS, send, client)
            return
        try:
            with self.event_streams.opened(connection):
                # It may be silent for as long as nothing happens.
                await _return_body(connection, None, send, client)
        except StreamEnded:
            await send({"type": "http.response.body", "body": b""})


def _is_event_stream(headers: Headers) -> bool:
    return any(
        name == b"content-type" and value.startswith(EVENT_STREAM)
        for name, value in headers
    )


async def _return_body(
    connection: Connection, seconds: float | None, send: Send, client: Departure
) -> None:
    has_more = True
    while has_more:
        try:
            chunk = await connection.read(seconds)
        except (ExchangeFailed, ClientSilent) as error:
            # The server closes the connection of a response that is not complete.
            log.warning("response_cut_short", reason=str(error))
            return
        has_more = not connection.has_ended
        part = {"type": "http.response.body", "body": chunk, "more_body": has_more}
        await client.receive(part, send)
