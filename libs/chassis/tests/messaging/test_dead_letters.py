"""Listing, reading and replaying dead letters, which loses none."""

import asyncio
import json
from typing import Any

import aio_pika
import pytest
import pytest_asyncio
from aio_pika.abc import AbstractChannel
from aio_pika.message import IncomingMessage
from opentelemetry.sdk.trace import TracerProvider

from chassis import (
    Database,
    DeadLetters,
    Inbox,
    Queue,
    dead_letters_command,
)
from chassis._messaging.consumer import Consumer
from chassis._messaging.dead_letter_queue import BrokerUnavailable
from chassis._messaging.dead_letters import DeadLetterList, DeadLetterNotFound, Replay
from chassis._messaging.dead_letters_command import NOT_FOUND
from chassis._workers import running
from chassis.testing import Network, eventually
from tests.messaging.conftest import Take
from tests.messaging.receiver import (
    TRACE_ID,
    Receiver,
    consuming,
    is_empty,
    send,
)
from tests.messaging.things import an_event, things


@pytest_asyncio.fixture
async def letters(broker_url: str, queue: Queue) -> DeadLetters:
    return DeadLetters(broker_url, queue)


@pytest_asyncio.fixture
async def failed_queue(
    broker_url: str,
    queue: Queue,
    channel: AbstractChannel,
    receiver: Receiver,
    provider: TracerProvider,
    letters: DeadLetters,
) -> Queue:
    """A queue of which "one" and "two" are dead-lettered."""
    await queue.declare(channel)
    receiver.failures = [ValueError("never"), ValueError("not at all")]
    await send(channel, queue, b"one")
    await send(channel, queue, b"two")

    async def both() -> bool:
        return (await letters.list_()).total == 2

    async with consuming(broker_url, queue, receiver, provider):
        await eventually(both)
    return queue


@pytest.mark.usefixtures("failed_queue")
async def test_dead_letter_has_time_and_reason(letters: DeadLetters) -> None:
    two, one = (await letters.list_()).letters
    assert (one.id, one.size, one.attempts) == ("one", 3, 1)
    assert one.trace_id == TRACE_ID
    assert one.dead_lettered_at
    assert [one.reason, two.reason] == ["ValueError: never", "ValueError: not at all"]


@pytest.mark.usefixtures("failed_queue")
async def test_reading_dead_letters_removes_none(
    letters: DeadLetters,
) -> None:
    seen = [await letters.list_() for _ in range(25)]
    assert all(found == seen[0] for found in seen)


@pytest.mark.usefixtures("failed_queue")
async def test_measuring_dead_letters_keeps_the_oldest(
    letters: DeadLetters,
) -> None:
    # The broker gives letters that were read before in another order.
    _, one = (await letters.list_()).letters
    oldest = {await letters.oldest_dead_lettered_at() for _ in range(3)}
    assert oldest == {one.dead_lettered_at}


async def test_replayed_message_has_no_earlier_attempts(
    letters: DeadLetters, failed_queue: Queue, channel: AbstractChannel, take: Take
) -> None:
    assert await letters.replay() == Replay(2, 0)
    message = await take(failed_queue.name)
    assert message is not None
    assert message.body == b"one"
    kept = set(message.headers) - {"x-delivery-count"}  # which is the broker's own
    assert kept == {"X-Request-ID", "traceparent"}
    assert await is_empty(channel, failed_queue.dead_letter_queue)


async def test_only_requested_dead_letter_is_replayed(
    letters: DeadLetters, failed_queue: Queue, take: Take
) -> None:
    assert await letters.replay("two") == Replay(1, 1)
    message = await take(failed_queue.name)
    assert message is not None
    assert message.body == b"two"
    assert [left.id for left in (await letters.list_()).letters] == ["one"]
    with pytest.raises(DeadLetterNotFound):
        await letters.replay("three")


async def test_message_dead_lettered_again_is_replayed_once(
    broker_url: str,
    letters: DeadLetters,
    failed_queue: Queue,
    receiver: Receiver,
    provider: TracerProvider,
) -> None:
    receiver.failures = [ValueError("never")] * 10
    async with consuming(broker_url, failed_queue, receiver, provider):
        assert await letters.replay() == Replay(2, 0)

        async def both_again() -> bool:
            return (await letters.list_()).total == 2

        await eventually(both_again)
    assert receiver.attempts == 4


async def test_interrupted_replay_loses_no_message(
    broker_network: tuple[Network, str],
    letters: DeadLetters,
    failed_queue: Queue,
    take: Take,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network, url = broker_network

    async def die(_: IncomingMessage) -> None:
        network.cut()
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(IncomingMessage, "ack", die)
        with pytest.raises(BrokerUnavailable):
            await DeadLetters(url, failed_queue).replay()

    async def both_dead_lettered() -> bool:
        found = [x.id for x in (await letters.list_()).letters]
        assert found == ["two", "one"], found
        return True

    await eventually(both_dead_lettered)
    message = await take(failed_queue.name)
    assert message is not None
    assert message.body == b"one"


async def test_replaying_processed_event_changes_nothing(
    broker_url: str,
    letters: DeadLetters,
    queue: Queue,
    channel: AbstractChannel,
    provider: TracerProvider,
    inbox: Inbox,
    database: Database,
) -> None:
    await queue.declare(channel)
    event = an_event("lamp")
    await inbox.receive(event)
    await channel.default_exchange.publish(
        aio_pika.Message(event), queue.dead_letter_queue
    )
    assert await letters.replay() == Replay(1, 0)
    after = an_event("table")
    await channel.default_exchange.publish(aio_pika.Message(after), queue.name)

    async def both_are_taken() -> bool:
        return await things(database) == ["lamp", "table"]

    async with running(Consumer(broker_url, queue, inbox.receive, provider)):
        await eventually(both_are_taken)
    assert await letters.list_() == DeadLetterList([], 0)


async def run(url: str, queue: Queue, *arguments: str) -> int:
    return await asyncio.to_thread(dead_letters_command, url, queue, arguments)


async def test_command_lists_shows_and_replays(
    broker_url: str, failed_queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(broker_url, failed_queue) == 0
    listed = capsys.readouterr().out
    assert f"{failed_queue.dead_letter_queue}: 2 dead letters" in listed
    assert "ValueError: never" in listed
    assert TRACE_ID in listed

    assert await run(broker_url, failed_queue, "show", "two") == 0
    assert "ValueError: not at all" in capsys.readouterr().out
    assert await run(broker_url, failed_queue, "show", "three") == NOT_FOUND
    assert capsys.readouterr().out == ""

    assert await run(broker_url, failed_queue, "replay", "three") == NOT_FOUND
    assert await run(broker_url, failed_queue, "replay", "all") == 0
    assert capsys.readouterr().out.endswith(": 2 replayed\n")


async def test_command_prints_one_json_object_per_line(
    broker_url: str, failed_queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(broker_url, failed_queue, "--json", "list") == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [letter["id"] for letter in listed] == ["two", "one"]
    assert {letter["queue"] for letter in listed} == {failed_queue.dead_letter_queue}


async def test_without_a_broker_the_command_says_so(
    queue: Queue, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run("amqp://guest:guest@127.0.0.1:1/", queue) == 1
    assert "the message broker does not answer" in capsys.readouterr().err


async def test_malformed_dead_letter_is_listed_without_control_characters(
    broker_url: str,
    letters: DeadLetters,
    queue: Queue,
    channel: AbstractChannel,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await queue.declare(channel)
    body = b"\x1b[31mred\xff"
    message = aio_pika.Message(body, message_id=" ")
    await channel.default_exchange.publish(message, queue.dead_letter_queue)
    [letter] = (await letters.list_()).letters
    assert letter.event_type is None
    assert letter.id.startswith("sha256-")
    assert await run(broker_url, queue, "show", letter.id) == 0
    assert "?[31mred" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"[" * 100_000, {}),
        (b'{"a":' * 100_000, {}),
        (b"[" * 900 + b"]" * 900, {}),
        (b"9" * 10_000, {}),
        (b'"\\ud800"', {}),
        (b'{"id": ["x"], "type": 5}', {}),
        (b'{"id": "all", "type": "' + b"x" * 10_000 + b'"}', {}),
        (b'{"id": "../a b", "type": "\\ud800"}', {}),
        (b'{"id": "' + b"x" * 10_000 + b'"}', {}),
        (b"{}", {"x-dead-lettered-at": "yesterday"}),
        (b"{}", {"x-dead-lettered-at": "9999-12-31T23:59:59-14:00"}),
        (b"{}", {"x-dead-lettered-at": "2026-01-31T12:00:00"}),
        (
            b"",
            {"x-dead-letter-reason": "\n" * 1000, "traceparent": "-", "x-death": ["?"]},
        ),
    ],
)
async def test_malformed_dead_letter_does_not_block_the_others(
    broker_url: str,
    letters: DeadLetters,
    failed_queue: Queue,
    channel: AbstractChannel,
    body: bytes,
    headers: dict[str, Any],
) -> None:
    malformed = aio_pika.Message(body, headers=headers, message_id=" ")
    await channel.default_exchange.publish(malformed, failed_queue.dead_letter_queue)
    found = {letter.id for letter in (await letters.list_()).letters}
    [name] = found - {"one", "two"}
    assert len(name) <= 255
    assert await run(broker_url, failed_queue) == 0
    assert await run(broker_url, failed_queue, "--json", "list") == 0
    assert await run(broker_url, failed_queue, "show", name) == 0
    assert (await letters.get(name)).id == name
    assert await letters.replay("one") == Replay(1, 2)
    assert await letters.replay() == Replay(2, 0)
