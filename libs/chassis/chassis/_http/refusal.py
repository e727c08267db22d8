"""Requests that are refused because they are no proper HTTP/1.1.

The protocol finds most of them. It puts the refusal into the state of the request, and
the application responds with it, as with every other response.
"""

from http import HTTPStatus
from typing import NamedTuple, Self

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from chassis._http.statuses import code_of

# Keys in the state of the request.
REFUSAL = "refusal"
CLIENT_ENDED = "client_ended"


class Refusal(NamedTuple):
    status: HTTPStatus
    code: str
    detail: str

    @classmethod
    def of(cls, status: HTTPStatus, detail: str) -> Self:
        return cls(status, code_of(status), detail)


class Refused(Exception):
    """The rest of a request is refused while the application waits for it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


def note_end_of_client(cycle: RequestResponseCycle) -> None:
    cycle.scope["state"][CLIENT_ENDED] = True
    # Wakes an application that waits for the client.
    cycle.message_event.set()


def has_client_ended(scope: Scope) -> bool:
    """Returns whether the client sends nothing more; it may still read, or be gone."""
    return CLIENT_ENDED in scope.get("state", {})


def refusal_of(scope: Scope) -> Refusal | None:
    found: Refusal | None = scope.get("state", {}).get(REFUSAL)
    return found
