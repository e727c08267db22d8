"""Headers that make browsers careful with responses; those of the chassis come too."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = tuple[tuple[bytes, bytes], ...]

# An answer of an API is no page: nothing in it may run, load or be framed. Pages bring
# policies of their own.
CAREFUL: Headers = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)
TWO_YEARS = 2 * 365 * 24 * 3600
HTTPS_ONLY: Headers = ((b"strict-transport-security", b"max-age=%d" % TWO_YEARS),)


class SecurityHeadersMiddleware:
    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._defaults = CAREFUL + (HTTPS_ONLY if is_https else ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.get("headers", ())
                given = {name for name, _ in headers}
                added = [pair for pair in self._defaults if pair[0] not in given]
                message = {**message, "headers": [*headers, *added]}
            await send(message)

        await self._app(scope, receive, send_careful)
