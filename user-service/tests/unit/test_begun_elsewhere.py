"""Only pages of the shop can make a browser begin a log-in at a provider."""

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from app.api.provider_login import require_own_page, router
from app.errors import CrossSiteLogin


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
async def test_page_of_other_site_cannot_begin_log_in(site: str) -> None:
    app = FastAPI()
    app.include_router(router)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        with pytest.raises(CrossSiteLogin):
            await client.get("/auth/oidc/login", headers={"Sec-Fetch-Site": site})


@pytest.mark.parametrize("site", [b"none", b"same-origin", None])
async def test_own_page_and_typed_address_can_begin_log_in(site: bytes | None) -> None:
    headers = [(b"sec-fetch-site", site)] if site is not None else []

    await require_own_page(Request({"type": "http", "headers": headers}))
