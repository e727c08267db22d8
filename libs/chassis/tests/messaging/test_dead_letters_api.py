"""Administrators list, read and replay dead letters over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from typing import Any

import aio_pika
import httpx
import pytest
import pytest_asyncio
from aio_pika.abc import AbstractChannel
from fastapi import FastAPI
from pydantic import SecretStr

from chassis import (
    Database,
    DeadLetters,
    Deadline,
    Queue,
    ServiceSettings,
    dead_letters_router,
)
from chassis._messaging.dead_letter_queue import open_dead_letter_queue
from chassis.testing import Network, as_user, eventually, metric, started
from tests.messaging.conftest import Take
from tests.messaging.receiver import is_empty
from tests.thing_service import create_app

# Without an id, aiormq would make one up.
NO_ID = " "
ADMIN = as_user(1, "admin")
ADA = as_user(7)
PATHS = [
    ("GET", "/dead-letters"),
    ("GET", "/dead-letters/one"),
    ("POST", "/dead-letters/one/replay"),
    ("POST", "/dead-letters/replay"),
]
DeadLetter = Callable[..., Awaitable[None]]


@pytest.fixture
def app(
    database: Database, database_url: str, broker_url: str, queue: Queue
) -> FastAPI:
    assert database
    settings = ServiceSettings(environment="test", database_url=SecretStr(database_url))
    app = create_app(settings)
    app.include_router(dead_letters_router)
    app.state.dead_letters = DeadLetters(broker_url, queue)
    return app


@pytest_asyncio.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with started(app) as client:
        client.headers.update(ADMIN)
        yield client


@pytest_asyncio.fixture
async def dead_letter(channel: AbstractChannel, queue: Queue) -> DeadLetter:
    """Dead-letters a message, as the consumer does."""
    await queue.declare(channel)

    async def dead_letter(message_id: str, body: bytes = b"{}", **headers: Any) -> None:
        message = aio_pika.Message(body, message_id=message_id, headers=headers)
        await channel.default_exchange.publish(message, queue.parking)

    return dead_letter


def at(second: int) -> dict[str, str]:
    return {"x-parked-at": f"2026-11-21T18:00:{second:02}+00:00"}


async def test_list_shows_newest_dead_letters_first(
    client: httpx.AsyncClient, dead_letter: DeadLetter, queue: Queue
) -> None:
    reason = {"x-parked-reason": "ValueError: never", "x-attempt": 2}
    event = b'{"id": "one", "type": "thing.made"}'
    await dead_letter(NO_ID, event, **at(1), **reason)
    await dead_letter("three", **at(3))
    await dead_letter("two", **at(2))
    answer = await client.get("/dead-letters")
    assert answer.status_code == 200, answer.text
    assert [letter["id"] for letter in answer.json()] == ["three", "two", "one"]
    assert answer.json()[2] == {
        "id": "one",
        "event_type": "thing.made",
        "queue": queue.parking,
        "dead_lettered_at": "2026-11-21T18:00:01Z",
        "reason": "ValueError: never",
        "attempts": 2,
        "trace_id": None,
        "size": len(event),
    }


async def test_list_is_read_page_by_page(
    client: httpx.AsyncClient, dead_letter: DeadLetter
) -> None:
    for number in range(5):
        await dead_letter(f"m{number}", **at(number))
    path, ids = "/dead-letters?limit=2", []
    while path:
        answer = await client.get(path)
        assert answer.headers["X-Total-Count"] == "5"
        ids += [letter["id"] for letter in answer.json()]
        path = answer.links.get("next", {}).get("url", "")
    assert ids == ["m4", "m3", "m2", "m1", "m0"]
    assert (await client.get("/dead-letters?skip=5")).json() == []
    assert (await client.get("/dead-letters?limit=101")).status_code == 422


async def test_dead_letter_is_shown_with_body_and_headers(
    client: httpx.AsyncClient, dead_letter: DeadLetter
) -> None:
    nested: Any = []
    for _ in range(50):
        nested = [nested]
    body = '{"type": "thing.made", "name": "Lämpchen"}'
    await dead_letter("one", body.encode(), a="b", n=7, f=0.5, deep=nested)
    answer = await client.get("/dead-letters/one")
    assert answer.status_code == 200, answer.text
    letter = answer.json()
    assert (letter["body"], letter["body_truncated"]) == (body, False)
    given = {"a": "b", "n": 7, "f": "0.5", "deep": [[[["…"]]]]}
    assert letter["headers"] == given | {"x-delivery-count": 0}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[" * 100_000,
        b'{"type": "' + b"x" * 2**20 + b'"}',
        b"\x00" * 2**20,
        b"\xff\xfe",
        b'{"type": "\\ud800", "id": "\\ud800"}',
        b'{"type": "a\\u0000b"}',
        b"9" * 10_000,
        b"NaN",
    ],
    ids=range(9),
)
async def test_message_that_is_no_event_is_listed_and_replayed(
    client: httpx.AsyncClient,
    dead_letter: DeadLetter,
    take: Take,
    queue: Queue,
    body: bytes,
) -> None:
    await dead_letter(NO_ID, body)
    [letter] = (await client.get("/dead-letters")).json()
    assert letter["id"].startswith("sha256-")
    assert letter["event_type"] is None
    assert letter["size"] == len(body)
    shown = await client.get(f"/dead-letters/{letter['id']}")
    assert shown.status_code == 200
    assert shown.json()["body"] == body.decode(errors="replace")[: 2**20]
    answer = await client.post(f"/dead-letters/{letter['id']}/replay")
    assert answer.json() == {"replayed": 1, "remaining": 0}
    message = await take(queue.name)
    assert message is not None
    assert message.body == body


async def test_body_over_one_mebibyte_is_truncated(
    client: httpx.AsyncClient, dead_letter: DeadLetter
) -> None:
    await dead_letter("one", b"x" * (2**20 + 1))
    letter = (await client.get("/dead-letters/one")).json()
    assert letter["body"] == "x" * 2**20
    assert letter["body_truncated"]
    assert letter["size"] == 2**20 + 1


async def test_one_dead_letter_is_replayed(
    client: httpx.AsyncClient, dead_letter: DeadLetter, take: Take, queue: Queue
) -> None:
    await dead_letter("one", b"1")
    await dead_letter("two", b"2", **at(2))
    before = metric("dead_letters_replayed_total", queue=queue.name) or 0
    answer = await client.post("/dead-letters/two/replay")
    assert answer.status_code == 200
    assert answer.json() == {"replayed": 1, "remaining": 1}
    assert metric("dead_letters_replayed_total", queue=queue.name) == before + 1
    message = await take(queue.name)
    assert message is not None
    assert message.body == b"2"
    assert "x-parked-at" not in message.headers
    again = await client.post("/dead-letters/two/replay")
    assert (again.status_code, again.json()["code"]) == (404, "dead_letter_not_found")
    assert [x["id"] for x in (await client.get("/dead-letters")).json()] == ["one"]


async def test_all_dead_letters_are_replayed(
    client: httpx.AsyncClient,
    dead_letter: DeadLetter,
    channel: AbstractChannel,
    queue: Queue,
) -> None:
    for number in range(3):
        await dead_letter(f"m{number}")
    answer = await client.post("/dead-letters/replay")
    assert answer.json() == {"replayed": 3, "remaining": 0}
    assert await is_empty(channel, queue.parking)
    none = await client.post("/dead-letters/replay")
    assert (none.status_code, none.json()["replayed"]) == (200, 0)


async def test_concurrent_calls_see_every_dead_letter_once(
    client: httpx.AsyncClient,
    dead_letter: DeadLetter,
    channel: AbstractChannel,
    queue: Queue,
) -> None:
    for number in range(10):
        await dead_letter(f"m{number}")
    answers = await asyncio.gather(
        *(client.get("/dead-letters") for _ in range(3)),
        *(client.get("/dead-letters/m5") for _ in range(3)),
    )
    assert [a.status_code for a in answers] == [200] * 6
    assert [len(a.json()) for a in answers[:3]] == [10] * 3
    replays = await asyncio.gather(
        *(client.post("/dead-letters/replay") for _ in range(3)),
        *(client.post("/dead-letters/m5/replay") for _ in range(3)),
    )
    replayed = [a.json()["replayed"] for a in replays if a.status_code == 200]
    assert sum(replayed) == 10
    found = await channel.declare_queue(queue.name, passive=True)
    assert found.declaration_result.message_count == 10


async def test_dead_letters_are_busy_while_another_process_reads_them(
    client: httpx.AsyncClient,
    dead_letter: DeadLetter,
    broker_url: str,
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chassis._messaging.dead_letter_queue.LOCK_SECONDS", 0.2)
    await dead_letter("one")
    async with open_dead_letter_queue(broker_url, queue):
        answer = await client.get("/dead-letters/one")
        assert (answer.status_code, answer.json()["code"]) == (503, "dead_letters_busy")
        assert answer.headers["Retry-After"] == "1"

    async def is_free() -> bool:
        return (await client.get("/dead-letters/one")).status_code == 200

    await eventually(is_free)


class OverAfterTwoLooks(Deadline):
    looks = count()

    @property
    def is_over(self) -> bool:
        return next(self.looks) >= 2


async def test_replay_reports_letters_that_time_did_not_suffice_for(
    app: FastAPI,
    client: httpx.AsyncClient,
    dead_letter: DeadLetter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(5):
        await dead_letter(f"m{number}")
    deadline = OverAfterTwoLooks(0)
    with monkeypatch.context() as patch:
        patch.setattr(app.state.dead_letters, "_deadline", lambda: deadline)
        answer = await client.post("/dead-letters/replay")
    assert answer.json() == {"replayed": 2, "remaining": 3}
    again = await client.post("/dead-letters/replay")
    assert again.json() == {"replayed": 3, "remaining": 0}


async def test_replay_of_all_stops_in_time(
    app: FastAPI,
    client: httpx.AsyncClient,
    dead_letter: DeadLetter,
    broker_url: str,
    queue: Queue,
) -> None:
    for number in range(3):
        await dead_letter(f"m{number}")
    app.state.dead_letters = DeadLetters(broker_url, queue, time_limit=0)
    late = await client.post("/dead-letters/replay")
    assert (late.status_code, late.json()["code"]) == (
        503,
        "dead_letter_search_timeout",
    )
    app.state.dead_letters = DeadLetters(broker_url, queue)
    assert len((await client.get("/dead-letters")).json()) == 3


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_only_administrators_reach_dead_letters(
    client: httpx.AsyncClient, dead_letter: DeadLetter, method: str, path: str
) -> None:
    await dead_letter("one")
    anonymous = {"Authorization": ""}
    assert (await client.request(method, path, headers=ADA)).status_code == 403
    assert (await client.request(method, path, headers=anonymous)).status_code == 401
    assert len((await client.get("/dead-letters")).json()) == 1


@pytest.mark.parametrize("path", ["/dead-letters/none", "/dead-letters/all"])
async def test_unknown_dead_letter_is_not_found(
    client: httpx.AsyncClient, dead_letter: DeadLetter, path: str
) -> None:
    await dead_letter("one")
    for answer in (await client.get(path), await client.post(f"{path}/replay")):
        assert (answer.status_code, answer.json()["code"]) == (
            404,
            "dead_letter_not_found",
        )


@pytest.mark.parametrize("letter_id", ["%20", "a%00b", "%F0%9F%92%A1", "x" * 256])
async def test_id_that_no_dead_letter_can_have_is_invalid(
    client: httpx.AsyncClient, dead_letter: DeadLetter, letter_id: str
) -> None:
    await dead_letter("one")
    assert (await client.get(f"/dead-letters/{letter_id}")).status_code == 422


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("is_hung", [False, True])
async def test_dead_letters_are_unavailable_without_broker(
    app: FastAPI,
    client: httpx.AsyncClient,
    broker_network: tuple[Network, str],
    queue: Queue,
    method: str,
    path: str,
    is_hung: bool,
) -> None:
    network, url = broker_network
    app.state.dead_letters = DeadLetters(url, queue)
    if is_hung:
        network.hang()
    else:
        network.cut()
    async with asyncio.timeout(10):
        answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (503, "broker_unavailable")
