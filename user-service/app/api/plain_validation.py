"""The short way of `POST /validate-token`, which services call most of all."""

import re

from fastapi import Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive, Scope, Send

from app.resources import Resources
from app.schemas.token import TokenValidation
from chassis import NotAuthenticated, header_values, resources_of

# A JSON object of nothing but one token. No character of a token is ever escaped.
PLAIN_BODY = re.compile(rb'\{"token": ?"([A-Za-z0-9_.-]{1,8192})"\}')
JSON = [b"application/json"]


class ValidationRoute(APIRoute):
    """Reads a plain body without FastAPI, which is half of the work of a validation.

    The bodies of services all have one form, so that it is read by one expression. Any
    other body, valid or not, is left to FastAPI, whose responses are the same: the
    tests send each body both ways.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST" or header_values(scope, b"content-type") != JSON:
            await super().handle(scope, receive, send)
            return
        message = await receive()
        plain = PLAIN_BODY.fullmatch(message.get("body", b""))
        if plain is None or message.get("more_body"):
            await super().handle(scope, _replay(message, receive), send)
            return
        resources = resources_of(scope["app"], Resources)
        response = await validation_of(plain[1].decode(), resources)
        await response(scope, receive, send)


async def validation_of(token: str, resources: Resources) -> Response:
    try:
        owner = await resources.token_validator.validate(token)
        validation = TokenValidation(valid=True, **dict(owner))
    except NotAuthenticated as error:
        validation = TokenValidation(valid=False, message=error.detail)
    # Rendered here, because FastAPI would validate it once more.
    content = validation.model_dump_json()
    return Response(content, media_type="application/json")


def _replay(message: Message, receive: Receive) -> Receive:
    messages = [message]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
