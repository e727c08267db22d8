"""Requests that run, wait or are rejected under load."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from chassis._http import admission
from chassis._http.admission import AdmissionMiddleware
from chassis.testing import eventually, metric


class Work:
    """An application whose responses wait until the test releases them."""

    def __init__(self) -> None:
        self.at_work = 0
        self.let_go = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.at_work += 1
        try:
            if scope["path"] == "/stream":
                await StreamingResponse(self._stream())(scope, receive, send)
                return
            await self.let_go.wait()
        finally:
            self.at_work -= 1
        await PlainTextResponse("done")(scope, receive, send)

    async def _stream(self) -> AsyncIterator[bytes]:
        yield b"first"
        await self.let_go.wait()

    async def has_in_hand(self, count: int) -> None:
        async def check() -> bool:
            return self.at_work == count

        await eventually(check, every=0.001)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr(admission, "AT_WORK", 2)
    monkeypatch.setattr(admission, "PRESENT", 4)
    return Work()


@pytest_asyncio.fixture
async def client(work: Work) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(AdmissionMiddleware(work))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        yield client


async def test_excess_requests_are_rejected_at_once(
    client: httpx.AsyncClient, work: Work
) -> None:
    rejected = metric("http_requests_rejected_total", reason="crowd")
    asked = [asyncio.create_task(client.get("/thing")) for _ in range(4)]
    await work.has_in_hand(2)
    refused = await client.get("/thing")
    assert metric("http_requests_rejected_total", reason="crowd") == rejected + 1
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "1"
    assert refused.json()["code"] == "overloaded"
    work.let_go.set()
    assert [answer.status_code for answer in await asyncio.gather(*asked)] == [200] * 4


async def test_queued_request_is_rejected_after_time_limit(
    client: httpx.AsyncClient, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "QUEUE_SECONDS", 0.05)
    asked = [asyncio.create_task(client.get("/thing")) for _ in range(2)]
    await work.has_in_hand(2)
    assert (await client.get("/thing")).status_code == 503
    work.let_go.set()
    assert [answer.status_code for answer in await asyncio.gather(*asked)] == [200] * 2


async def test_rejected_or_closed_request_frees_its_place(
    client: httpx.AsyncClient, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "QUEUE_SECONDS", 0.05)
    busy = [asyncio.create_task(client.get("/thing")) for _ in range(2)]
    await work.has_in_hand(2)
    waiting = asyncio.create_task(client.get("/thing"))
    assert (await client.get("/thing")).status_code == 503
    waiting.cancel()
    busy[0].cancel()
    await work.has_in_hand(1)
    monkeypatch.setattr(admission, "QUEUE_SECONDS", 5)
    again = [asyncio.create_task(client.get("/thing")) for _ in range(3)]
    await work.has_in_hand(2)
    work.let_go.set()
    answers = await asyncio.gather(busy[1], *again)
    assert [answer.status_code for answer in answers] == [200] * 4


async def test_health_responds_when_overloaded(
    client: httpx.AsyncClient, work: Work
) -> None:
    asked = [asyncio.create_task(client.get("/thing")) for _ in range(4)]
    await work.has_in_hand(2)
    asked.append(asyncio.create_task(client.get("/health/ready")))
    await work.has_in_hand(3)
    work.let_go.set()
    assert [answer.status_code for answer in await asyncio.gather(*asked)] == [200] * 5


async def test_stream_frees_its_place_when_it_begins(
    client: httpx.AsyncClient, work: Work
) -> None:
    streams = [asyncio.create_task(client.get("/stream")) for _ in range(4)]
    await work.has_in_hand(4)
    asked = asyncio.create_task(client.get("/thing"))
    await work.has_in_hand(5)
    work.let_go.set()
    answers = await asyncio.gather(asked, *streams)
    assert {answer.status_code for answer in answers} == {200}
