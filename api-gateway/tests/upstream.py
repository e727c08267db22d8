"""A service behind the gateway, which answers as a test wants it to."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from starlette.types import Receive, Scope, Send

from tests.gateway import served
from tests.tokens import KEY

JWKS = "/.well-known/jwks.json"
Handler = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass
class Upstream:
    """
    Attributes:
        requests: what it got: method, target, headers and body.
        jwks: its public keys; None if it does not answer for them.
        jwks_requests: how many times they were asked for.
    """

    port: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    handler: Handler | None = None
    jwks: list[dict[str, Any]] | None = field(default_factory=lambda: [KEY.jwk])
    jwks_requests: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    @asynccontextmanager
    async def started(cls) -> AsyncIterator[Self]:
        upstream = cls()
        async with served(upstream) as upstream.port:
            yield upstream

    def reset(self) -> None:
        self.requests.clear()
        self.handler = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["path"] == "/health/live":
            await answer(send, b"{}")
            return
        if scope["path"] == JWKS:
            self.jwks_requests += 1
            if self.jwks is None:
                await answer(send, b"{}", 500)
            else:
                await answer(send, json.dumps({"keys": self.jwks}).encode())
            return
        if self.handler is not None:
            await self.handler(scope, receive, send)
            return
        await self.record(scope, receive, send)

    async def record(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        query = scope["query_string"]
        target = scope["raw_path"] + (b"?" + query if query else b"")
        self.requests.append(
            {
                "method": scope["method"],
                "target": target.decode(),
                "headers": scope["headers"],
                "body": body,
            }
        )
        await answer(send, json.dumps({"target": target.decode()}).encode())


async def answer(
    send: Send,
    body: bytes,
    status: int = 200,
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> None:
    length = (b"content-length", b"%d" % len(body))
    start = {"type": "http.response.start", "status": status}
    await send({**start, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
