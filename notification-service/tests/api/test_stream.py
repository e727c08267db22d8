"""Following one's notifications, on a real server."""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.main import create_app
from app.models.notification import ChannelKind, Status
from app.services import follow_notifications
from app.streaming.streams import STREAMS_OF_ONE_USER
from chassis import Database, Queue
from chassis.testing import as_user, eventually, reserved_port
from tests.factories.notifications import NOON, a_notification
from tests.factories.settings import some_settings
from tests.fake_user_service import FakeUserService
from tests.servers import served

ADA, BOB = as_user(3), as_user(4)


@pytest_asyncio.fixture
async def service(
    database: Database,
    database_url: str,
    broker_url: str,
    queue: Queue,
    user_service_url: str,
) -> AsyncIterator[httpx.AsyncClient]:
    settings = some_settings(
        database_url, broker_url, user_service_url=user_service_url
    )
    async with (
        served(create_app(settings)) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as client,
    ):
        yield client


class Stream:
    """An open stream, read event by event."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def block(self) -> dict[str, str]:
        """The fields of the next event or comment (whose name is empty)."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(10):
            async for line in self._lines:
                if not line:
                    return fields
                name, _, value = line.partition(": " if line[0] != ":" else " ")
                fields[name.strip(":")] = value
        raise EOFError

    async def notification(self) -> tuple[str, dict[str, Any]]:
        """The id and the data of the next notification."""
        while (block := await self.block()).get("event") != "notification":
            pass
        return block["id"], json.loads(block["data"])

    async def ended(self) -> None:
        async with asyncio.timeout(5):
            async for _ in self._lines:
                pass


@asynccontextmanager
async def following(
    client: httpx.AsyncClient, headers: dict[str, str], after: str | None = None
) -> AsyncIterator[Stream]:
    more = {} if after is None else {"Last-Event-ID": after}
    async with client.stream(
        "GET", "/notifications/stream", headers=headers | more
    ) as answer:
        assert answer.status_code == 200
        yield Stream(answer)


async def store(database: Database, **values: Any) -> None:
    sent = {"status": Status.SENT, "sent_at": NOON}
    async with database.transaction() as session:
        session.add(a_notification(**(sent | values)))


async def test_stream_sends_notification_as_get_returns_it(
    service: httpx.AsyncClient, database: Database
) -> None:
    async with following(service, ADA) as stream:
        assert stream.answer.headers["Content-Type"].startswith("text/event-stream")
        await store(database)
        _, sent = await stream.notification()
    read = await service.get("/notifications/1", headers=ADA)
    assert sent == read.json()


async def test_stream_sends_changes_until_sent(
    service: httpx.AsyncClient, database: Database
) -> None:
    async with following(service, ADA) as stream:
        await store(
            database, status=Status.PENDING, sent_at=None, channel=ChannelKind.PUSH
        )
        while (sent := await stream.notification())[1]["status"] != "sent":
            pass
    assert sent[1]["id"] == 1


async def test_stream_of_administrator_has_only_own_notifications(
    service: httpx.AsyncClient, database: Database
) -> None:
    async with following(service, as_user(4, "admin")) as stream:
        await store(database, user_id=3)
        await store(database, user_id=4)
        _, sent = await stream.notification()
    assert sent["user_id"] == 4


async def test_resumed_stream_misses_and_repeats_nothing(
    service: httpx.AsyncClient, database: Database
) -> None:
    async with following(service, ADA) as stream:
        await store(database)
        last_id, _ = await stream.notification()
    await store(database)
    await store(database)
    async with following(service, ADA, after=last_id) as stream:
        sent = [(await stream.notification())[1]["id"] for _ in range(2)]
    assert sent == [2, 3]


async def test_stream_resumes_before_first_event(
    service: httpx.AsyncClient, database: Database
) -> None:
    async with following(service, ADA) as stream:
        start = (await stream.block())["id"]
    await store(database)
    async with following(service, ADA, after=start) as stream:
        assert (await stream.notification())[1]["id"] == 1


async def test_quiet_stream_has_heartbeat(
    service: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.1)
    async with following(service, ADA) as stream:
        while await stream.block() != {"": "ping"}:
            pass


@pytest.fixture
def frequent_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """`test_following` checks how long a stream outlives its token at most."""
    monkeypatch.setattr(follow_notifications, "CONFIRM_SECONDS", 0.2)


@pytest.mark.usefixtures("frequent_checks")
async def test_stream_ends_soon_after_its_token(
    service: httpx.AsyncClient, user_service: FakeUserService
) -> None:
    async with following(service, ADA) as adas, following(service, BOB) as bobs:
        user_service.revoked.add("customer:3")
        await adas.ended()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await bobs.ended()


@pytest.mark.usefixtures("frequent_checks")
async def test_stream_ends_if_token_cannot_be_validated(
    service: httpx.AsyncClient, user_service: FakeUserService
) -> None:
    async with following(service, ADA) as stream:
        user_service.is_down = True
        await stream.ended()
    answer = await service.get("/notifications/stream", headers=ADA)
    assert answer.status_code == 503


async def test_streams_are_limited_and_closed_one_frees_place(
    service: httpx.AsyncClient,
) -> None:
    async def open_one_more() -> bool:
        async with service.stream(
            "GET", "/notifications/stream", headers=ADA
        ) as answer:
            if answer.status_code == 503:
                problem = json.loads(await answer.aread())
                assert problem["code"] == "too_many_streams"
                assert answer.headers["Retry-After"] == "10"
            return answer.status_code == 200

    async with AsyncExitStack() as others:
        for _ in range(STREAMS_OF_ONE_USER):
            await others.enter_async_context(following(service, ADA))
        assert await open_one_more() is False
    await eventually(open_one_more)


async def test_streams_end_at_once_at_shutdown(
    database: Database,
    database_url: str,
    user_service_url: str,
) -> None:
    async def ends_at_once() -> bool:
        async with running_service(database_url, user_service_url) as (process, client):
            async with following(client, ADA) as stream:
                await stream.block()
                process.send_signal(signal.SIGTERM)
                began = time.monotonic()
                await stream.ended()
                seconds = time.monotonic() - began
            async with asyncio.timeout(8):
                await process.wait()
        return seconds < 1

    # A busy machine may be slow, but hardly each time.
    await eventually(ends_at_once, within=60)


@asynccontextmanager
async def running_service(
    database_url: str, user_service_url: str
) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    """Runs the service as a process."""
    settings = {
        "MIGRATE_ON_START": "false",
        "DATABASE_URL": database_url,
        # It stays away from the queue: it would take what others are to get.
        "RABBITMQ_URL": "amqp://127.0.0.1:1/",
        "USER_SERVICE_URL": user_service_url,
        "SERVICE_CLIENT_ID": "notification-service",
        "SERVICE_CLIENT_SECRET": "a secret of the tests",
    }
    with reserved_port() as port:
        process = await start_service(port, settings)
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                await eventually(lambda: is_live(client), within=20)
                yield process, client
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def start_service(port: int, settings: dict[str, str]) -> Process:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return await asyncio.create_subprocess_exec(
        "../start.sh",
        "notification-service",
        stdout=asyncio.subprocess.DEVNULL,
        env=settings | {"PATH": path, "HOST": "127.0.0.1", "PORT": str(port)},
    )


async def is_live(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/live")).status_code == 200
    except httpx.TransportError:
        return False
