"""Caches learn whether a response depends on the origin of the page."""

import httpx
import pytest
from pydantic import SecretStr

from chassis import Database, DatabaseSettings
from chassis.testing import started
from tests.thing_service import create_app


@pytest.mark.parametrize(
    ("origin", "path"),
    [(None, "/"), (None, "/nowhere"), ("http://evil.example", "/")],
)
async def test_response_varies_by_origin_if_origins_are_allowed(
    client: httpx.AsyncClient, origin: str | None, path: str
) -> None:
    answer = await client.get(path, headers={"Origin": origin} if origin else {})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers.get_list("Vary") == ["Origin"]


@pytest.mark.parametrize("origins", [(), ("*",)])
async def test_response_is_same_if_no_origin_is_named(
    database_url: str, database: Database, origins: tuple[str, ...]
) -> None:
    assert database
    app = create_app(
        DatabaseSettings(
            environment="test",
            database_url=SecretStr(database_url),
            allowed_origins=origins,
        )
    )
    async with started(app) as client:
        assert "Vary" not in (await client.get("/")).headers
