"""The page of the OpenAPI document costs little."""

from typing import Any

import httpx
from fastapi import FastAPI

from chassis._http.pages import install_pages


async def test_document_is_encoded_once() -> None:
    app = FastAPI(openapi_url=None)
    install_pages(app, "http://users.example/login")
    describe, times = app.openapi, 0

    def counted() -> dict[str, Any]:
        nonlocal times
        times += 1
        return describe()

    app.openapi = counted  # type: ignore[method-assign]
    network = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=network, base_url="http://x") as client:
        answers = [await client.get("/openapi.json") for _ in range(2)]
    assert [answer.json() for answer in answers] == [describe()] * 2
    assert answers[0].headers["content-type"] == "application/json"
    assert times == 1
