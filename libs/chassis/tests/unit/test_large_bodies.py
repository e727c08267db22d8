"""Few large bodies are in memory at the same time."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from chassis._http import large_bodies
from chassis._http.body import BodyMiddleware
from chassis._http.large_bodies import LARGE_BYTES, LargeBodyMiddleware
from chassis.testing import eventually, metric

LARGE = b" " * LARGE_BYTES + b"0"
SMALL = b"0"


class Site:
    """Responds to `/wait` when `go_on` is set, and to others at once."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/wait":
            self.waiting += 1
            await self.go_on.wait()
        if scope["path"] == "/fail":
            raise ZeroDivisionError
        await PlainTextResponse("done")(scope, receive, send)

    async def has_one(self) -> bool:
        return self.waiting == 1


@pytest.fixture(autouse=True)
def bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """One large body at a time; another may wait for a moment."""
    monkeypatch.setattr(large_bodies, "AT_ONCE", 1)
    monkeypatch.setattr(large_bodies, "WAITING", 1)
    monkeypatch.setattr(large_bodies, "WAIT_SECONDS", 0.1)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest_asyncio.fixture
async def client(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    app = LargeBodyMiddleware(BodyMiddleware(site))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        yield client


async def test_large_body_without_turn_is_503(
    site: Site, client: httpx.AsyncClient
) -> None:
    rejected = metric("http_requests_rejected_total", reason="bodies")
    first = asyncio.create_task(client.post("/wait", content=LARGE))
    await eventually(site.has_one)
    second = await client.post("/", content=LARGE)
    site.go_on.set()

    assert (await first).status_code == 200
    assert second.status_code == 503
    assert second.json()["code"] == "overloaded"
    assert second.headers["retry-after"] == "1"
    assert second.headers["connection"] == "close"
    assert metric("http_requests_rejected_total", reason="bodies") == rejected + 1


async def test_small_body_needs_no_turn(site: Site, client: httpx.AsyncClient) -> None:
    first = asyncio.create_task(client.post("/wait", content=LARGE))
    await eventually(site.has_one)
    assert (await client.post("/", content=SMALL)).status_code == 200
    site.go_on.set()
    await first


async def test_large_body_waits_for_turn(
    site: Site, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_bodies, "WAIT_SECONDS", 10)
    first = asyncio.create_task(client.post("/wait", content=LARGE))
    await eventually(site.has_one)
    second = asyncio.create_task(client.post("/", content=LARGE))
    await asyncio.sleep(0)
    # There is no room for a third.
    assert (await client.post("/", content=LARGE)).status_code == 503
    site.go_on.set()
    assert (await second).status_code == (await first).status_code == 200


@pytest.mark.parametrize("path", ["/", "/fail"])
async def test_turn_ends_with_request(client: httpx.AsyncClient, path: str) -> None:
    for _ in range(3):
        response = await client.post(path, content=LARGE)
        assert response.status_code != 503
