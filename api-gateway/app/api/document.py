"""The page of the OpenAPI document, which comes before that of the chassis."""

from fastapi import APIRouter
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.storefront.files import File, compressed_json


class DocumentPage:
    """Serves the document, which is encoded and compressed at the first request."""

    def __init__(self) -> None:
        self._file: File | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._file is None:
            document = JSONResponse(scope["app"].openapi())
            self._file = compressed_json(bytes(document.body))
        await self._file.send(scope, send)


def document_router() -> APIRouter:
    """Returns a router for one app, whose document the page keeps."""
    page = Route("/openapi.json", DocumentPage(), methods=["GET"])
    return APIRouter(routes=[page])
