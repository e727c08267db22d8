"""Administrators replay dead letters over HTTP."""

import asyncio
from itertools import count

import httpx
import pytest
from aio_pika.abc import AbstractChannel
from fastapi import FastAPI

from chassis import (
    ConsumerResources,
    DeadLetters,
    Deadline,
    Queue,
    resources_of,
)
from chassis.testing import metric, replace_resources
from tests.messaging.conftest import Take
from tests.messaging.dead_letters import DeadLetter, at
from tests.messaging.receiver import is_empty


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
    assert "x-dead-lettered-at" not in message.headers
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
    assert await is_empty(channel, queue.dead_letter_queue)
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


class OverAfterTwoLooks(Deadline):
    looks = count()

    @property
    def is_over(self) -> bool:
        return next(self.looks) >= 2


async def test_replay_reports_remaining_letters_after_deadline(
    app: FastAPI,
    client: httpx.AsyncClient,
    dead_letter: DeadLetter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(5):
        await dead_letter(f"m{number}")
    deadline = OverAfterTwoLooks(0)
    letters = resources_of(app, ConsumerResources).dead_letters
    with monkeypatch.context() as patch:
        patch.setattr(letters, "_deadline", lambda: deadline)
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
    hurried = DeadLetters(broker_url, queue, time_limit=0)
    replace_resources(app, dead_letters=hurried)
    late = await client.post("/dead-letters/replay")
    assert (late.status_code, late.json()["code"]) == (
        503,
        "dead_letter_search_timeout",
    )
    replace_resources(app, dead_letters=DeadLetters(broker_url, queue))
    assert len((await client.get("/dead-letters")).json()) == 3
