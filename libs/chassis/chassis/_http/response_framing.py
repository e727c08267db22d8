"""Responses that end as the client's version of HTTP, and its request, require."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


def closing_before_body(app: ASGIApp, cycle: RequestResponseCycle) -> ASGIApp:
    """A body that was announced but not asked for ends with the connection.

    The server would take the client's next request for it.
    """

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_close(message: Message) -> None:
            if cycle.waiting_for_100_continue:
                cycle.keep_alive = False
            await send(message)

        await app(scope, receive, send_and_close)

    return run


def without_chunks(app: ASGIApp, cycle: RequestResponseCycle) -> ASGIApp:
    """The end of the connection is the end of a body whose length is not known.

    Only a reset shows the client that such a body is not complete.
    """

    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        is_bounded = True

        async def send_plainly(message: Message) -> None:
            nonlocal is_bounded
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message.get("headers", [])}
                is_bounded = b"content-length" in names
                if not is_bounded:
                    cycle.chunked_encoding = False
            elif not is_bounded:
                cycle.expected_content_length = len(message.get("body", b""))
            await send(message)

        try:
            await app(scope, receive, send_plainly)
        finally:
            if not is_bounded and not cycle.response_complete:
                cycle.transport.abort()

    return run
