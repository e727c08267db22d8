"""The gateway's own requests to user-service, which the proxy carries."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.types import Message

from app.proxy.headers import Headers
from app.proxy.proxy import Proxy
from app.proxy.routes import USERS, Destination

# Headers of a browser that user-service may see besides those that the proxy adds.
PASSED_ON = frozenset({b"host", b"user-agent", b"accept-language", b"x-forwarded-for"})
PROBLEM = "application/problem+json"


@dataclass
class Answer:
    """A response of user-service, or of the proxy in its place.

    Attributes:
        status: stays 502 if the client leaves before the response.
    """

    status: int = 502
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def find_problem(self) -> dict[str, Any] | None:
        """Returns the problem document; None if this is none, or was cut short."""
        if self.headers.get("content-type") != PROBLEM:
            return None
        try:
            document = json.loads(self.body)
        except ValueError:
            return None
        return document if isinstance(document, dict) else None

    async def receive(self, message: Message) -> None:
        """Takes a message of the proxy, as the server would."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in message["headers"]
            }
        else:
            self.body += message["body"]


class UserService:
    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy

    async def post(
        self, request: Request, target: bytes, media_type: bytes, body: bytes
    ) -> Answer:
        """Sends a request in the place of the client's, as from the same address."""
        headers = [
            (b"content-type", media_type),
            (b"content-length", b"%d" % len(body)),
        ]
        changed = {"method": "POST", "query_string": b""}
        return await self._send(request, target, changed, headers, body)

    async def get(self, request: Request, target: bytes) -> Answer:
        """Sends the client's query, and its cookies without the refresh token."""
        headers = [pair for pair in request.scope["headers"] if pair[0] == b"cookie"]
        return await self._send(request, target, {"method": "GET"}, headers)

    async def _send(
        self,
        request: Request,
        target: bytes,
        changed: Mapping[str, Any],
        headers: Headers,
        body: bytes = b"",
    ) -> Answer:
        scope = request.scope
        kept = [pair for pair in scope["headers"] if pair[0] in PASSED_ON]
        is_sent = False

        async def receive() -> Message:
            nonlocal is_sent
            if is_sent:
                return await request.receive()
            is_sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        answer = Answer()
        # The code of a provider is valid once.
        destination = Destination(USERS, scope["path"], target, sends_once=True)
        inner = {**scope, **changed, "headers": [*kept, *headers]}
        await self._proxy.forward(inner, receive, answer.receive, destination)
        return answer
