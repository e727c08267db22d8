"""The pages that show the OpenAPI document, and what a browser lets them do."""

import base64
import hashlib
import re
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.responses import HTMLResponse

# As FastAPI names them. The rest of that server may serve anybody's programs.
PROGRAMS = (
    "https://cdn.jsdelivr.net/npm/swagger-ui-dist@5/"
    " https://cdn.jsdelivr.net/npm/redoc@2/"
)
INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def install_pages(app: FastAPI, token_url: str) -> None:
    """Serves `/docs` and `/redoc`.

    Args:
        token_url: where the Authorize button logs in.
    """
    document = app.openapi_url or ""

    @app.get("/docs", include_in_schema=False)
    async def show_docs() -> HTMLResponse:
        page = get_swagger_ui_html(
            openapi_url=document,
            title=app.title,
            swagger_ui_parameters={"persistAuthorization": True},
        )
        return _confined(page, token_url)

    @app.get("/redoc", include_in_schema=False)
    async def show_redoc() -> HTMLResponse:
        page = get_redoc_html(
            openapi_url=document, title=app.title, with_google_fonts=False
        )
        return _confined(page, token_url)


def _confined(page: HTMLResponse, token_url: str) -> HTMLResponse:
    login = urlsplit(token_url)
    hashes = " ".join(_hash(script) for script in INLINE_SCRIPT.findall(page.body))
    policy = {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "connect-src": f"'self' {login.scheme}://{login.netloc}",
        "img-src": "data: https://fastapi.tiangolo.com https://cdn.redoc.ly",
        "script-src": f"{PROGRAMS} {hashes}",
        "style-src": f"{PROGRAMS} 'unsafe-inline'",
        "worker-src": "blob:",
    }
    page.headers["Content-Security-Policy"] = "; ".join(
        f"{directive} {sources}" for directive, sources in policy.items()
    )
    return page


def _hash(script: bytes) -> str:
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    return f"'sha256-{digest}'"
