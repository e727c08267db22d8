"""Reads a few headers of a request, and adds one to a response, at the least cost.

Starlette decodes all headers, and copies them, to look for one. ASGI's names are bytes
in lower case.
"""

from starlette.types import Message, Scope, Send


def header_values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def header(scope: Scope, name: bytes) -> bytes | None:
    """Returns the first value of the header; None if the request does not have it."""
    return next(iter(header_values(scope, name)), None)


def has_body(scope: Scope) -> bool:
    if header(scope, b"content-length") not in (None, b"0"):
        return True
    return header(scope, b"transfer-encoding") is not None


def varying(send: Send, request_header: bytes) -> Send:
    """Adds `Vary` to the response, which depends on this header of the request."""

    async def send_varying(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message.get("headers", ()), (b"vary", request_header)]
            message = {**message, "headers": headers}
        await send(message)

    return send_varying
