"""Renders errors as `application/problem+json` (RFC 9457). The only such table."""

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from chassis._errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    Rejected,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from chassis._http.malformed_body import NOT_AN_OBJECT, malformed_body, unreadable_body
from chassis._http.url import asked_path
from chassis._values.schemas import MAX_ERRORS, WITHOUT_NUL, uncounted_errors

STATUS_OF: dict[type[DomainError], HTTPStatus] = {
    Rejected: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyRequests: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


# RFC 9110 has other names than Python 3.11.
RENAMED = {413: "content_too_large", 422: "unprocessable_content"}
MEANING = {
    WITHOUT_NUL: "must not have a NUL character",
}
CHARACTERS = re.compile(r"Value should have (at \w+ \d+) items? .*")
DECIMAL = re.compile(r"Decimal\('([^']*)'\)")
# Of what a client sent, so much is quoted: characters.
LONGEST_QUOTE = 100
LONGEST_INSTANCE = 1000
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class ProblemResponse(Response):
    media_type = "application/problem+json"


def problem(
    scope: Scope,
    status: int,
    code: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> ProblemResponse:
    """A problem document for the request of `scope`.

    Args:
        code: stable and machine-readable; clients may branch on it.
        members: further members of the document, such as `errors`.
    """
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "instance": _instance(scope),
        "code": code,
        "request_id": scope.get("state", {}).get("request_id"),
        **members,
    }
    # ASCII only: a detail may quote what a client sent, lone surrogates included.
    return ProblemResponse(json.dumps(document), status, dict(headers or {}))


def _instance(scope: Scope) -> str:
    return asked_path(scope)[:LONGEST_INSTANCE]


def render_problem(scope: Scope, error: DomainError) -> ProblemResponse:
    status = next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)
    headers: dict[str, str] = {}
    members: dict[str, Any] = dict(error.context)
    if retry_after := getattr(error, "retry_after", None):
        headers["Retry-After"] = str(retry_after)
    if error.replayed:
        headers["Idempotency-Replayed"] = "true"
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = error.scheme
    if isinstance(error, Invalid):
        where = (error.where, error.field or "")
        members["errors"] = [_field_error(where, error.detail)]
    return problem(scope, status, error.code, error.detail, headers, **members)


def install_problem_handlers(app: FastAPI) -> None:
    @app.exception_handler(DomainError)
    async def _domain_error(request: Request, error: DomainError) -> Response:
        return render_problem(request.scope, error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        found = error.errors()
        if malformed := malformed_body(request, found):
            return _malformed_body(request.scope, malformed)
        errors = [_field_error(e["loc"], _message(e)) for e in found[:MAX_ERRORS]]
        omitted = len(found) - len(errors) + uncounted_errors.get()
        return _invalid_request(request.scope, errors, omitted=omitted)

    @app.exception_handler(HTTPException)
    async def _http_error(request: Request, error: HTTPException) -> Response:
        status = error.status_code
        detail = str(error.detail)
        if status == HTTPStatus.BAD_REQUEST:
            # FastAPI's own answer to a body that cannot be read.
            return _malformed_body(request.scope, unreadable_body(error))
        headers = dict(error.headers or {})
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_allowed_methods(request))
        code = RENAMED.get(status) or HTTPStatus(status).name.lower()
        return problem(request.scope, status, code, detail, headers)


def _malformed_body(scope: Scope, sentence: str) -> Response:
    return _invalid_request(scope, [_field_error(("body",), sentence)], sentence)


def _invalid_request(
    scope: Scope,
    errors: Sequence[Mapping[str, str]],
    detail: str = "the request does not have the expected form; see errors",
    omitted: int = 0,
) -> Response:
    members: dict[str, Any] = {"errors_omitted": omitted} if omitted else {}
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(scope, status, "invalid_request", detail, errors=errors, **members)


def _allowed_methods(request: Request) -> list[str]:
    # The router names those of the first route with this path, and there may be more.
    return [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": _routed(method)})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


def _routed(method: str) -> str:
    return "GET" if method == "HEAD" else method


def _message(error: Mapping[str, Any]) -> str:
    """What is wrong, in words for people who know neither Python nor our patterns."""
    if error["type"] == "string_pattern_mismatch":
        pattern = error["ctx"]["pattern"]
        return MEANING.get(pattern, f"must match {pattern}")
    if error["type"] in NOT_AN_OBJECT:
        return "must be a JSON object"
    if error["type"] == "missing" and error["loc"][0] == "query":
        # An empty parameter is an absent one.
        return "must be given, and must not be empty"
    message: str = error["msg"]
    if error["type"] in ("too_short", "too_long"):
        # Of text that was normalised first, pydantic speaks as of a list.
        message = CHARACTERS.sub(r"must have \1 characters", message)
    return DECIMAL.sub(r"\1", message.removeprefix("Value error, "))


def _field_error(location: Sequence[int | str], message: str) -> dict[str, str]:
    where, *path = [str(part)[:LONGEST_QUOTE] for part in location]
    return {"in": where, "field": ".".join(path), "message": message}
