"""Rules that every error response keeps."""

from collections.abc import Collection
from typing import Any

import httpx

from tests.api.operations import Operation

PROBLEM = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id"}


def flaw(
    operation: Operation, answer: httpx.Response, wanted: Collection[int] = ()
) -> str | None:
    """Returns the flaw of a response to invalid input, if it has one.

    Args:
        wanted: the only statuses that will do; without, all that are declared.
    """
    status = answer.status_code
    if status >= 500:
        return f"{status}: {answer.text[:200]}"
    if status not in operation.statuses:
        return f"{status} is not declared"
    if wanted and status not in wanted:
        return f"{status} instead of {' or '.join(map(str, wanted))}"
    return _flaw_of_problem(answer) if status >= 400 else None


def _flaw_of_problem(answer: httpx.Response) -> str | None:
    if answer.headers["Content-Type"] != PROBLEM:
        return f"the Content-Type is {answer.headers['Content-Type']}"
    problem: dict[str, Any] = answer.json()
    missing = MEMBERS - problem.keys()
    if missing:
        return f"the problem lacks {', '.join(sorted(missing))}"
    if problem["status"] != answer.status_code:
        return f"the problem says {problem['status']}"
    if problem["request_id"] != answer.headers["X-Request-ID"]:
        return "the problem has the id of another request"
    if answer.status_code == 422 and not problem.get("errors"):
        return "nothing says what is invalid"
    return None


def named_fields(answer: httpx.Response) -> list[str]:
    return [error["field"] for error in answer.json().get("errors", [])]
