"""The routes that describe the API: its name, version and links."""

from fastapi import APIRouter

from app import __version__
from chassis import ResponseBody, example

router = APIRouter(tags=["operations"])
LINKS = {"newest": "/api/v1", "docs": "/docs", "health": "/health"}


class ApiRead(ResponseBody):
    model_config = example(
        {"name": "api-gateway", "version": "1.0.0", "links": {"newest": "/api/v1"}}
    )

    name: str
    version: str
    links: dict[str, str]


@router.get("/api")
@router.get("/api/v1", include_in_schema=False)
async def introduce_api() -> ApiRead:
    """Returns the name and version of the gateway, and links."""
    return ApiRead(name="api-gateway", version=__version__, links=LINKS)
