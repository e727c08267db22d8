"""A dead letter: which message it is, and when and why it was dead-lettered."""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from aio_pika.abc import AbstractIncomingMessage, HeadersType

from chassis._messaging.queue import (
    ATTEMPT_HEADER,
    DEAD_LETTERED_AT_HEADER,
    DEATHS_HEADER,
    LONGEST_REASON,
    REASON_HEADER,
    Queue,
)

# Safe in a path and in a shell. After `replay`, "all" means all dead letters.
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,254}$"
RESERVED_ID = "all"
LONGEST_EVENT_TYPE = 255
# Levels of a nested header.
DEEPEST = 4
TRACE_ID = re.compile(r"^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")


@dataclass(frozen=True)
class DeadLetter:
    """A dead-lettered message, without its body.

    Attributes:
        id: the id of the event, or else of the message, or else a hash of the body.
        event_type: None if the message is not an event.
        attempts: the number of attempts; None if the consumer died each time.
        size: the bytes of the body.
    """

    id: str
    event_type: str | None
    queue: str
    dead_lettered_at: datetime | None
    reason: str
    attempts: int | None
    trace_id: str | None
    size: int

    @classmethod
    def of(cls, message: AbstractIncomingMessage, queue: Queue) -> Self:
        return cls(**_summary(message, queue))


@dataclass(frozen=True)
class OpenedDeadLetter(DeadLetter):
    """A dead letter with its body and its headers."""

    headers: Mapping[str, Any]
    body: str

    @classmethod
    def of(cls, message: AbstractIncomingMessage, queue: Queue) -> Self:
        return cls(
            **_summary(message, queue),
            headers={k: _as_json(v) for k, v in message.headers.items()},
            body=message.body.decode(errors="replace"),
        )


def dead_letter_id(message: AbstractIncomingMessage) -> str:
    return _id(message, _event(message.body))


def dead_lettered_at(headers: HeadersType, queue: Queue) -> datetime | None:
    """Returns when the consumer, or else the broker, dead-lettered the message."""
    marked = headers.get(DEAD_LETTERED_AT_HEADER)
    if isinstance(marked, str):
        with suppress(ValueError, OverflowError):
            return datetime.fromisoformat(marked).astimezone(UTC)
    deaths = headers.get(DEATHS_HEADER)
    for death in deaths if isinstance(deaths, list) else ():
        if isinstance(death, dict) and death.get("queue") == queue.name:
            time = death.get("time")
            return time.astimezone(UTC) if isinstance(time, datetime) else None
    return None


def _summary(message: AbstractIncomingMessage, queue: Queue) -> dict[str, Any]:
    headers, event = message.headers, _event(message.body)
    attempts = headers.get(ATTEMPT_HEADER)
    reason = headers.get(REASON_HEADER) or (
        f"delivered more than {queue.deliveries} times and never answered"
    )
    trace = TRACE_ID.match(str(headers.get("traceparent", "")))
    return {
        "id": _id(message, event),
        "event_type": _event_type(event),
        "queue": queue.dead_letter_queue,
        "dead_lettered_at": dead_lettered_at(headers, queue),
        "reason": str(reason)[:LONGEST_REASON],
        "attempts": attempts if isinstance(attempts, int) else None,
        "trace_id": trace[1] if trace else None,
        "size": len(message.body),
    }


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


def _event_type(event: Mapping[str, Any]) -> str | None:
    name = event.get("type")
    if isinstance(name, str) and len(name) <= LONGEST_EVENT_TYPE:
        # A lone surrogate is not printable, and no response could contain it.
        return name if name.isprintable() else None
    return None


def _id(message: AbstractIncomingMessage, event: Mapping[str, Any]) -> str:
    for known in (event.get("id"), message.message_id):
        if isinstance(known, str) and _is_id(known):
            return known
    return f"sha256-{hashlib.sha256(message.body).hexdigest()[:16]}"


def _is_id(text: str) -> bool:
    return text != RESERVED_ID and re.fullmatch(ID_PATTERN, text) is not None


def _as_json(value: Any, depth: int = 0) -> Any:
    """Converts the value of a header, whose tables may be nested deeply."""
    match value:
        case None | bool() | int() | str():
            return value
        case dict() if depth < DEEPEST:
            return {str(k): _as_json(v, depth + 1) for k, v in value.items()}
        case list() if depth < DEEPEST:
            return [_as_json(v, depth + 1) for v in value]
        case dict() | list():
            return "…"
        case _:
            return str(value)
