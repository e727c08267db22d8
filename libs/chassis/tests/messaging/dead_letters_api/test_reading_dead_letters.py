"""Administrators list and read dead letters over HTTP."""

from typing import Any

import httpx
import pytest

from chassis import (
    Queue,
)
from tests.messaging.conftest import Take
from tests.messaging.dead_letters import DeadLetter, at

# Without an id, aiormq would make one up.
NO_ID = " "


async def test_list_shows_newest_dead_letters_first(
    client: httpx.AsyncClient, dead_letter: DeadLetter, queue: Queue
) -> None:
    reason = {"x-dead-letter-reason": "ValueError: never", "x-attempt": 2}
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
        "queue": queue.dead_letter_queue,
        "dead_lettered_at": "2026-11-21T18:00:01Z",
        "reason": "ValueError: never",
        "attempts": 2,
        "trace_id": None,
        "size": len(event),
    }


async def test_list_is_paginated(
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
    # RabbitMQ 3 adds its count even to a message that was never returned; 4 does not.
    count = {"x-delivery-count": 0}
    assert letter["headers"] | count == given | count


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
async def test_message_without_event_is_listed_and_replayed(
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
