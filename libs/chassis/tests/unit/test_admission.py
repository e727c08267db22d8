"""Requests that run, wait or are rejected under load."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from chassis._deadline import Deadline
from chassis._http import admission
from chassis._http.admission import AdmissionMiddleware
from chassis._http.body import BodyMiddleware
from chassis.testing import eventually, metric


class Work:
    """An application whose responses wait until the test releases them.

    Attributes:
        deadlines: of the requests whose turn has come.
    """

    def __init__(self) -> None:
        self.at_work = 0
        self.let_go = asyncio.Event()
        self.deadlines: list[Deadline] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.at_work += 1
        self.deadlines.append(scope["state"]["deadline"])
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


async def no_body() -> Message:
    return {"type": "http.request", "body": b""}


async def ignore(_: Message) -> None: ...


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    monkeypatch.setattr(admission, "PRESENT", 4)
    return Work()


@pytest_asyncio.fixture
async def client(work: Work) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(AdmissionMiddleware(work, at_work=2))
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


async def test_request_that_cannot_be_answered_in_time_is_rejected(
    client: httpx.AsyncClient, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "ANSWER_SECONDS", 0.35)
    rejected = metric("http_requests_rejected_total", reason="queue")
    asked = [asyncio.create_task(client.get("/thing")) for _ in range(2)]
    await work.has_in_hand(2)
    refused = await client.get("/thing")
    assert metric("http_requests_rejected_total", reason="queue") == rejected + 1
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "1"
    assert refused.json()["code"] == "overloaded"
    work.let_go.set()
    assert [answer.status_code for answer in await asyncio.gather(*asked)] == [200] * 2


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


async def test_request_is_rejected_sooner_when_requests_take_long(
    client: httpx.AsyncClient, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(admission, "time", clock)
    monkeypatch.setattr(admission, "RECENT_REQUESTS", 1)
    monkeypatch.setattr(admission, "ANSWER_SECONDS", 60)
    slow = asyncio.create_task(client.get("/thing"))
    await work.has_in_hand(1)
    clock.now = 59
    work.let_go.set()
    await slow
    work.let_go.clear()
    asked = [asyncio.create_task(client.get("/thing")) for _ in range(2)]
    await work.has_in_hand(2)
    async with asyncio.timeout(10):
        assert (await client.get("/thing")).status_code == 503
    work.let_go.set()
    assert [answer.status_code for answer in await asyncio.gather(*asked)] == [200] * 2


async def test_wait_counts_towards_deadline(work: Work) -> None:
    app = AdmissionMiddleware(work, at_work=2)
    scopes: list[Scope] = [{"type": "http", "path": "/thing"} for _ in range(3)]
    asked = [asyncio.create_task(app(each, no_body, ignore)) for each in scopes]
    await work.has_in_hand(2)

    async def all_have_arrived() -> bool:
        return all("state" in each for each in scopes)

    await eventually(all_have_arrived, every=0.001)
    deadline = scopes[2]["state"]["deadline"]
    work.let_go.set()
    await asyncio.gather(*asked)
    assert work.deadlines[2] is deadline


async def test_slow_body_does_not_count_towards_deadline(work: Work) -> None:
    app = BodyMiddleware(AdmissionMiddleware(work, at_work=2))
    headers = [(b"content-length", b"2")]
    scope: Scope = {"type": "http", "path": "/thing", "headers": headers}
    has_arrived = asyncio.Event()

    async def receive() -> Message:
        await has_arrived.wait()
        return {"type": "http.request", "body": b"{}"}

    asked = asyncio.create_task(app(scope, receive, ignore))
    await asyncio.sleep(0)
    assert "state" not in scope
    has_arrived.set()
    work.let_go.set()
    await asked
    assert len(work.deadlines) == 1


async def test_rejected_or_closed_request_frees_its_place(
    client: httpx.AsyncClient, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "ANSWER_SECONDS", 0.35)
    busy = [asyncio.create_task(client.get("/thing")) for _ in range(2)]
    await work.has_in_hand(2)
    waiting = asyncio.create_task(client.get("/thing"))
    assert (await client.get("/thing")).status_code == 503
    waiting.cancel()
    busy[0].cancel()
    await work.has_in_hand(1)
    monkeypatch.setattr(admission, "ANSWER_SECONDS", 60)
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


@pytest.mark.parametrize("reason", ["crowd", "bodies", "connections", "queue"])
def test_rejections_count_from_zero(reason: str) -> None:
    """A rate needs the count before the first rejection."""
    name = "http_requests_rejected_total"
    assert REGISTRY.get_sample_value(name, {"reason": reason}) is not None
