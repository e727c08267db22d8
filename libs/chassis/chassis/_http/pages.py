"""The OpenAPI document, and the pages that show it, with a Content-Security-Policy."""

import os
from functools import cache
from http import HTTPStatus
from importlib import resources
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from chassis._http.page_policy import page_policy

DOCUMENT_PATH = "/openapi.json"
ASSETS_PATH = "/docs/assets"
# fastapi-offline contains the files that FastAPI's own pages load from other hosts.
ASSETS = resources.files("fastapi_offline") / "static"
READING = ("GET", "HEAD")
FOLDER_IS_GONE = "the folder of the service was moved or deleted: start it again"


class _Assets(StaticFiles):
    """Scripts and styles of the pages, which browsers keep and revalidate."""

    async def check_config(self) -> None:
        """Leaves the check of the folder to the constructor and `lookup_path`."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in READING:
            allowed = {"Allow": ", ".join(READING)}
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers=allowed)
        return await super().get_response(path, scope)

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        found = super().lookup_path(path)
        if found[1] is None and not os.path.isdir(str(self.directory)):
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, FOLDER_IS_GONE)
        return found

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "no-cache"
        return response


def install_pages(app: FastAPI, token_url: str) -> None:
    """Serves the document, `/docs` and `/redoc`, which load nothing from other hosts.

    Args:
        token_url: the address at which the Authorize button logs in.
    """
    favicon = f"{ASSETS_PATH}/favicon.png"
    _install_document(app)
    app.mount(ASSETS_PATH, _Assets(directory=str(ASSETS)))

    @app.get("/docs", include_in_schema=False)
    async def show_docs() -> HTMLResponse:
        page = get_swagger_ui_html(
            openapi_url=DOCUMENT_PATH,
            title=app.title,
            swagger_js_url=f"{ASSETS_PATH}/swagger-ui-bundle.js",
            swagger_css_url=f"{ASSETS_PATH}/swagger-ui.css",
            swagger_favicon_url=favicon,
            swagger_ui_parameters={"persistAuthorization": True},
        )
        return _confined(page, token_url)

    @app.get("/redoc", include_in_schema=False)
    async def show_redoc() -> HTMLResponse:
        page = get_redoc_html(
            openapi_url=DOCUMENT_PATH,
            title=app.title,
            redoc_js_url=f"{ASSETS_PATH}/redoc.standalone.js",
            redoc_favicon_url=favicon,
            with_google_fonts=False,
        )
        return _confined(page, token_url)


def _install_document(app: FastAPI) -> None:
    @cache
    def document() -> bytes:
        return bytes(JSONResponse(app.openapi()).body)

    async def show_document(_: Request) -> Response:
        return Response(document(), media_type=JSONResponse.media_type)

    app.add_route(DOCUMENT_PATH, show_document, include_in_schema=False)


def _confined(page: HTMLResponse, token_url: str) -> HTMLResponse:
    login = urlsplit(token_url)
    policy = {
        "form-action": "'none'",
        "connect-src": f"'self' {login.scheme}://{login.netloc}",
        "img-src": "'self' data:",
        "style-src": "'self' 'unsafe-inline'",
        "worker-src": "blob:",
    }
    page.headers["Content-Security-Policy"] = page_policy(bytes(page.body), policy)
    return page
