"""A response is repeated from memory only as long as it is right."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from prometheus_client import REGISTRY
from sqlalchemy import RowMapping

from app.clients import copies
from app.config.settings import ProductSettings
from app.main import create_app
from app.repositories.catalogue import get_offered
from app.services import read_product
from app.services.invalidate_cache import InvalidateCache
from chassis.testing import FakeTokenValidator, Network, as_user, eventually, started
from tests.factories import AS_OWNER, OWNER, offer

# Headers that belong to one request.
PER_REQUEST = {"x-request-id"}


def repeated(cache: str) -> float:
    labels = {"cache": cache, "outcome": "copy"}
    return REGISTRY.get_sample_value("cache_requests_total", labels) or 0


@pytest.fixture(autouse=True)
def _long_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """No copy disappears by itself, so that the tests see what drops it."""
    monkeypatch.setattr(copies, "PRODUCT_SECONDS", 3600.0)
    monkeypatch.setattr(copies, "PAGE_SECONDS", 3600.0)


@pytest.fixture
def app(_long_lives: None, settings: ProductSettings) -> FastAPI:
    return create_app(settings)


@pytest_asyncio.fixture
async def other(
    settings: ProductSettings,
    client: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[httpx.AsyncClient]:
    """Another replica of the service, which leaves the queue to the first one."""
    assert client

    async def find_nothing(_: InvalidateCache) -> int:
        return 0

    monkeypatch.setattr(InvalidateCache, "invalidate_batch", find_nothing)
    app = create_app(settings)
    async with started(app, token_validator=FakeTokenValidator()) as replica:
        yield replica


async def copied(
    client: httpx.AsyncClient, path: str, cache: str = "product", **request: Any
) -> httpx.Response:
    """Requests the path until the response is a copy; returns it."""

    async def repeat() -> httpx.Response | None:
        before = repeated(cache)
        response = await client.get(path, **request)
        return response if repeated(cache) > before else None

    return await eventually(repeat)


def without_id(response: httpx.Response) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in response.headers.multi_items()
        if name not in PER_REQUEST
    ]


@pytest.mark.parametrize(
    ("path", "cache"),
    [
        ("/products/{}", "product"),
        ("/products?limit=1", "page"),
        ("/products/search?q=lamp&limit=1", "page"),
    ],
    ids=["product", "list", "search"],
)
async def test_copy_equals_first_response(
    client: httpx.AsyncClient, path: str, cache: str
) -> None:
    lamp, _ = await offer(client), await offer(client)
    first = await client.get(path.format(lamp))
    again = await copied(client, path.format(lamp), cache)
    assert again.status_code == 200
    assert again.content == first.content
    assert without_id(again) == without_id(first)
    assert again.headers["X-Request-ID"] != first.headers["X-Request-ID"]


async def test_copy_answers_conditional_requests(client: httpx.AsyncClient) -> None:
    path = f"/products/{await offer(client)}"
    known = (await client.get(path)).headers["ETag"]
    fresh = await client.get(f"{path}?a=b", headers={"If-None-Match": known})
    copy = await copied(client, path, headers={"If-None-Match": f'"1.9", W/{known}'})
    assert (copy.status_code, copy.content) == (304, b"")
    assert without_id(copy) == without_id(fresh)
    other = await copied(client, path, headers={"If-None-Match": '"1.9"'})
    assert other.status_code == 200


async def test_copy_answers_head(client: httpx.AsyncClient) -> None:
    path = f"/products/{await offer(client)}"
    body = (await copied(client, path)).content
    before = repeated("product")
    head = await client.head(path)
    assert repeated("product") == before + 1
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(body))


@pytest.mark.parametrize("query", ["owner=me", "%6Fwner=me", "limit=5&owner=me"])
async def test_own_products_are_not_shared(
    client: httpx.AsyncClient, query: str
) -> None:
    await offer(client, name="Lamp")
    for user, names in ((OWNER, ["Lamp"]), (2, []), (OWNER, ["Lamp"])):
        page = await client.get(f"/products?{query}", headers=as_user(user))
        assert [product["name"] for product in page.json()] == names
    assert (await client.get(f"/products?{query}")).status_code == 401


@pytest.mark.parametrize("path", ["/products/0{}", "/products/{}?a=%ff"])
async def test_other_spelling_is_no_copy(client: httpx.AsyncClient, path: str) -> None:
    lamp = await offer(client)
    strange = path.format(lamp)
    expected = await client.get(strange)
    await copied(client, f"/products/{lamp}")
    before = repeated("product")
    answer = await client.get(strange)
    assert repeated("product") == before
    assert (answer.status_code, without_id(answer)) == (
        expected.status_code,
        without_id(expected),
    )


async def test_rejected_request_is_not_repeated(client: httpx.AsyncClient) -> None:
    before = repeated("page")
    for _ in range(3):
        assert (await client.get("/products?limit=0")).status_code == 422
    assert repeated("page") == before


async def test_other_replica_drops_changed_product(
    client: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    path = f"/products/{await offer(client, name='Lamp')}"
    assert (await copied(other, path)).json()["name"] == "Lamp"
    await client.patch(path, json={"name": "Lantern"}, headers=AS_OWNER)

    async def is_new() -> bool:
        return bool((await other.get(path)).json()["name"] == "Lantern")

    await eventually(is_new)
    assert (await copied(other, path)).json()["name"] == "Lantern"


async def test_other_replica_drops_pages(
    client: httpx.AsyncClient, other: httpx.AsyncClient
) -> None:
    await offer(client)
    assert len((await copied(other, "/products", "page")).json()) == 1
    await offer(client)

    async def is_new() -> bool:
        return len((await other.get("/products")).json()) == 2

    await eventually(is_new)


async def test_seller_sees_own_change_instead_of_copy(
    client: httpx.AsyncClient,
) -> None:
    path = f"/products/{await offer(client, name='Lamp')}"
    for number in range(10):
        await copied(client, path)
        await copied(client, "/products", "page")
        change = {"name": f"Lamp {number}"}
        await client.patch(path, json=change, headers=AS_OWNER)
        assert (await client.get(path)).json()["name"] == f"Lamp {number}"
        assert (await client.get("/products")).json()[0]["name"] == f"Lamp {number}"


class SlowRead:
    """Holds the next row that is read until a test lets it go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.has_read = asyncio.Event()
        self.go = asyncio.Event()
        self._is_next = True
        monkeypatch.setattr(read_product, "get_offered", self._read)

    async def _read(self, *arguments: Any) -> RowMapping:
        row = await get_offered(*arguments)
        if self._is_next:
            self._is_next = False
            self.has_read.set()
            await self.go.wait()
        return row


async def test_row_read_before_change_is_not_kept(
    client: httpx.AsyncClient,
    other: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = f"/products/{await offer(client, name='Lamp')}"
    # A copy of anything else shows that the other replica receives invalidations.
    await copied(other, f"/products/{await offer(client)}")
    row = SlowRead(monkeypatch)
    slow = asyncio.create_task(other.get(path))
    await row.has_read.wait()
    await client.patch(path, json={"name": "Lantern"}, headers=AS_OWNER)

    async def is_new() -> bool:
        return bool((await other.get(path)).json()["name"] == "Lantern")

    await eventually(is_new)
    row.go.set()
    assert (await slow).json()["name"] == "Lamp"
    assert (await other.get(path)).json()["name"] == "Lantern"


async def test_request_after_change_shares_no_earlier_load(
    remote: httpx.AsyncClient,
    cache_network: tuple[Network, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = f"/products/{await offer(remote, name='Lamp')}"
    cache_network[0].cut()
    row = SlowRead(monkeypatch)
    slow = asyncio.create_task(remote.get(path))
    await row.has_read.wait()
    await remote.patch(path, json={"name": "Lantern"}, headers=AS_OWNER)
    assert (await remote.get(path)).json()["name"] == "Lantern"
    row.go.set()
    assert (await slow).status_code == 200


@pytest.mark.usefixtures("redis_may_hang")
async def test_own_change_replaces_copy_while_redis_hangs(
    remote: httpx.AsyncClient,
    cache_network: tuple[Network, str],
) -> None:
    """No message arrives, and the connection does not look broken."""
    path = f"/products/{await offer(remote, name='Lamp')}"
    await copied(remote, path)
    await copied(remote, "/products", "page")
    cache_network[0].hang()
    await remote.patch(path, json={"name": "Lantern"}, headers=AS_OWNER)
    assert (await remote.get(path)).json()["name"] == "Lantern"
    assert (await remote.get("/products")).json()[0]["name"] == "Lantern"


async def test_lost_connection_drops_copies(
    client: httpx.AsyncClient,
    remote: httpx.AsyncClient,
    cache_network: tuple[Network, str],
) -> None:
    path = f"/products/{await offer(client, name='Lamp')}"
    await copied(remote, path)
    cache_network[0].cut()
    await client.patch(path, json={"name": "Lantern"}, headers=AS_OWNER)

    async def is_new() -> bool:
        return bool((await remote.get(path)).json()["name"] == "Lantern")

    await eventually(is_new)
    before = repeated("product")
    for _ in range(3):
        await remote.get(path)
    assert repeated("product") == before
    cache_network[0].mend()
    assert (await copied(remote, path)).json()["name"] == "Lantern"
