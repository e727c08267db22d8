"""Renders errors as `application/problem+json` (RFC 9457). The only such table."""

import json
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
from chassis._http.field_errors import explanation, field_error
from chassis._http.malformed_body import malformed_body, unreadable_body
from chassis._http.statuses import code_of, title_of
from chassis._http.url import asked_path
from chassis._values.schemas import (
    MAX_ERRORS,
    SHORTENED,
    TOO_MANY_VALUES,
    is_shortened,
    uncounted_errors,
)

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
NOT_EXPECTED = "the request does not have the expected form"
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
        "title": title_of(status),
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
        members["errors"] = [field_error(where, error.detail)]
    return problem(scope, status, error.code, error.detail, headers, **members)


def install_problem_handlers(app: FastAPI) -> None:
    @app.exception_handler(DomainError)
    async def _domain_error(request: Request, error: DomainError) -> Response:
        return render_problem(request.scope, error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        found = [e for e in error.errors() if e["type"] != SHORTENED]
        if not found:
            return _malformed_body(request.scope, TOO_MANY_VALUES)
        if malformed := malformed_body(request, found):
            return _malformed_body(request.scope, malformed)
        errors = [field_error(e["loc"], explanation(e)) for e in found[:MAX_ERRORS]]
        omitted = len(found) - len(errors) + uncounted_errors.get()
        wrong = TOO_MANY_VALUES if is_shortened.get() else NOT_EXPECTED
        return _invalid_request(request.scope, errors, f"{wrong}; see errors", omitted)

    @app.exception_handler(HTTPException)
    async def _http_error(request: Request, error: HTTPException) -> Response:
        status = error.status_code
        detail = str(error.detail)
        if status == HTTPStatus.BAD_REQUEST:
            # FastAPI's own answer to a body that cannot be read.
            return _malformed_body(request.scope, unreadable_body(error))
        headers = dict(error.headers or {})
        is_not_allowed = status == HTTPStatus.METHOD_NOT_ALLOWED
        # A mounted app, whose paths the router does not know, names them itself.
        if is_not_allowed and (methods := _allowed_methods(request)):
            headers["Allow"] = ", ".join(methods)
        return problem(request.scope, status, code_of(status), detail, headers)


def _malformed_body(scope: Scope, sentence: str) -> Response:
    return _invalid_request(scope, [field_error(("body",), sentence)], sentence)


def _invalid_request(
    scope: Scope,
    errors: Sequence[Mapping[str, str]],
    detail: str,
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
