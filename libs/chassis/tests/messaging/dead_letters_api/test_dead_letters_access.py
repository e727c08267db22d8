"""Access to dead letters over HTTP, and their unavailability."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from chassis import (
    DeadLetters,
    Queue,
)
from chassis._messaging.dead_letter_queue import open_dead_letter_queue
from chassis.testing import Network, as_user, eventually, replace_resources
from tests.messaging.dead_letters import DeadLetter

PATHS = [
    ("GET", "/dead-letters"),
    ("GET", "/dead-letters/one"),
    ("POST", "/dead-letters/one/replay"),
    ("POST", "/dead-letters/replay"),
]
ADA = as_user(7)


async def test_dead_letters_are_busy_during_another_read(
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


@pytest.mark.parametrize(("method", "path"), PATHS)
async def test_only_administrators_can_read_dead_letters(
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
async def test_impossible_id_of_dead_letter_is_rejected(
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
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("chassis._messaging.dead_letter_queue.ANSWER_SECONDS", 0.2)
    network, url = broker_network
    replace_resources(app, dead_letters=DeadLetters(url, queue))
    if is_hung:
        network.hang()
    else:
        network.cut()
    async with asyncio.timeout(10):
        answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (503, "broker_unavailable")
