"""The routes with which administrators list, read and replay dead letters."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Path, Request, Response

from chassis._authentication.current_user import CurrentAdmin, RoleRequired
from chassis._http.openapi import problems
from chassis._http.pagination import Limit, Page, Skip, describe_page
from chassis._messaging.dead_letter import ID_PATTERN
from chassis._messaging.dead_letter_queue import (
    BrokerUnavailable,
    DeadLettersBusy,
    DeadLetterSearchTimeout,
)
from chassis._messaging.dead_letters import DeadLetterNotFound, DeadLetters
from chassis._resources import DatabaseResources, resources_of
from chassis._values.schemas import ResponseBody, example

log = structlog.get_logger(__name__)

# Characters; events of this platform have fewer.
LONGEST_BODY = 2**20
ERRORS = (RoleRequired, BrokerUnavailable, DeadLettersBusy, DeadLetterSearchTimeout)
EXAMPLE = {
    "id": "6f1c2a52-7d0b-4c53-9e39-0b8f6f0c1d11",
    "event_type": "order.created",
    "queue": "order_notifications.dlq",
    "dead_lettered_at": "2026-11-21T18:13:42Z",
    "reason": "UnreadableEvent: not a valid event",
    "attempts": 1,
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "size": 24,
}
OPENED_EXAMPLE = EXAMPLE | {
    "headers": {"x-attempt": 1},
    "body": '{"type":"order.created"}',
    "body_truncated": False,
}


class DeadLetterRead(ResponseBody):
    """A dead letter; without an `event_type`, it is not an event."""

    model_config = example(EXAMPLE)

    id: str
    event_type: str | None
    queue: str
    dead_lettered_at: datetime | None
    reason: str
    attempts: int | None
    trace_id: str | None
    size: int


class OpenedDeadLetterRead(DeadLetterRead):
    """A dead letter with its headers and the first MiB of its body."""

    model_config = example(OPENED_EXAMPLE)

    headers: dict[str, Any]
    body: str
    body_truncated: bool


class ReplayRead(ResponseBody):
    """The number of replayed dead letters, and of those that remain."""

    model_config = example({"replayed": 2, "remaining": 0})

    replayed: int
    remaining: int


@dataclass(frozen=True)
class ConsumerResources(DatabaseResources):
    """The resources of a service that consumes a queue."""

    dead_letters: DeadLetters


async def _dead_letters(request: Request) -> DeadLetters:
    return resources_of(request.app, ConsumerResources).dead_letters


DeadLettersDep = Annotated[DeadLetters, Depends(_dead_letters)]
LetterId = Annotated[
    str, Path(pattern=ID_PATTERN, description="From the list", examples=[EXAMPLE["id"]])
]

dead_letters_router = APIRouter(prefix="/dead-letters", tags=["dead letters"])


@dead_letters_router.get("", responses=problems(*ERRORS))
async def list_dead_letters(
    request: Request,
    response: Response,
    _: CurrentAdmin,
    dead_letters: DeadLettersDep,
    skip: Skip = 0,
    limit: Limit = 20,
) -> list[DeadLetterRead]:
    """Lists the first 1000 dead letters of the queue, newest first."""
    found = await dead_letters.list_()
    end = skip + limit
    following = ("skip", str(end)) if end < len(found.letters) else None
    describe_page(request, response, Page(found.letters, found.total, following))
    return [DeadLetterRead.model_validate(x) for x in found.letters[skip:end]]


@dead_letters_router.post("/replay", responses=problems(*ERRORS))
async def replay_dead_letters(
    admin: CurrentAdmin, dead_letters: DeadLettersDep
) -> ReplayRead:
    """Puts all dead letters back into the queue, or as many as 10 s allow.

    A consumer that has processed one of them before ignores it.
    """
    return await _replay(admin, dead_letters)


@dead_letters_router.get(
    "/{letter_id}", responses=problems(*ERRORS, DeadLetterNotFound)
)
async def read_dead_letter(
    letter_id: LetterId, _: CurrentAdmin, dead_letters: DeadLettersDep
) -> OpenedDeadLetterRead:
    """Returns a dead letter with its headers and its body."""
    found = await dead_letters.get(letter_id)
    fields = vars(found) | {
        "body": found.body[:LONGEST_BODY],
        "body_truncated": len(found.body) > LONGEST_BODY,
    }
    return OpenedDeadLetterRead(**fields)


@dead_letters_router.post(
    "/{letter_id}/replay", responses=problems(*ERRORS, DeadLetterNotFound)
)
async def replay_dead_letter(
    letter_id: LetterId, admin: CurrentAdmin, dead_letters: DeadLettersDep
) -> ReplayRead:
    """Puts the dead letters with this id back into the queue."""
    return await _replay(admin, dead_letters, letter_id)


async def _replay(
    admin: CurrentAdmin, dead_letters: DeadLetters, letter_id: str | None = None
) -> ReplayRead:
    replay = await dead_letters.replay(letter_id)
    log.info(
        "dead_letters_replayed",
        dead_letter_id=letter_id,
        count=replay.replayed,
        user_id=admin.user_id,
    )
    return ReplayRead.model_validate(replay)
