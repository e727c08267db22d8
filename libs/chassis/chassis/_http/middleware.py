"""Middleware of every request: id, headers, access line, metrics, errors, `HEAD`."""

import re
import secrets
import time
from collections.abc import Collection

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis._http.headers import header
from chassis._http.health import OPERATIONAL_PATHS
from chassis._http.problems import problem
from chassis._observability.access_log import AccessLog
from chassis._observability.metrics import HTTP_IN_FLIGHT, observe_request
from chassis._observability.telemetry import REQUEST_ID_HEADER
from chassis._values.schemas import is_shortened, uncounted_errors

log = structlog.get_logger(__name__)

Headers = Collection[tuple[bytes, bytes]]

# The defaults of responses, most of which contain data of the caller.
CAREFUL_HEADERS: Headers = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
SANE_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
LOWER_REQUEST_ID_HEADER = REQUEST_ID_HEADER.lower().encode()


class RequestMiddleware:
    """Gives each request its id, logs one access line and records metrics.

    Args:
        headers: of every response that does not have them itself, refusals included.
    """

    def __init__(self, app: ASGIApp, access_log: AccessLog, headers: Headers) -> None:
        self._app = app
        self._access_log = access_log
        self._headers = (*CAREFUL_HEADERS, *headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(scope)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                add_headers(message, request_id, self._headers)
            await send(message)

        started = time.perf_counter()
        uncounted_errors.set(0)
        is_shortened.set(False)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        with HTTP_IN_FLIGHT.track_inprogress():
            try:
                await self._app(scope, receive, send_with_headers)
            finally:
                seconds = time.perf_counter() - started
                observe_request(scope, status, seconds)
                if scope["path"] not in OPERATIONAL_PATHS:
                    self._log(scope, status, seconds)

    def _log(self, scope: Scope, status: int, seconds: float) -> None:
        state = scope["state"]
        self._access_log.write(
            state["request_id"],
            method=scope["method"],
            path=scope["path"],
            status=status,
            seconds=seconds,
            user_id=state.get("user_id"),
        )


class ErrorMiddleware:
    """The boundary at which an unexpected error becomes a 500.

    All middleware that adds headers is outside of it, so that a 500 has them too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception:
            if scope["type"] != "http":
                raise
            log.exception("request_failed")
            if has_begun:
                raise
            answer = problem(
                scope, 500, "internal_error", "something went wrong on our side"
            )
            await answer(scope, receive, send)


class HeadMiddleware:
    """Answers `HEAD` as `GET`, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        has_ended = False

        async def send_head(message: Message) -> None:
            nonlocal has_ended
            if message["type"] == "http.response.start":
                await send(message)
            elif not has_ended:
                # This also ends a stream, which would go on indefinitely.
                has_ended = True
                await send({"type": "http.response.body", "body": b""})

        get = {**scope, "method": "GET"}
        await self._app(get, receive, send_head)
        # Metrics and the name of the span need the route.
        scope.update({key: value for key, value in get.items() if key != "method"})


def request_id_of(scope: Scope) -> str:
    """Returns the client's id of the request if it is sane, else a new one."""
    given = header(scope, LOWER_REQUEST_ID_HEADER)
    if given is not None and SANE_REQUEST_ID.fullmatch(given):
        return given.decode()
    return secrets.token_hex(16)


def add_headers(message: Message, request_id: str, defaults: Headers) -> None:
    """Adds the id of the request, and the defaults, to the start of a response."""
    headers = message.get("headers", ())
    given = {name for name, _ in headers}
    message["headers"] = [
        *headers,
        (LOWER_REQUEST_ID_HEADER, request_id.encode()),
        *(default for default in defaults if default[0] not in given),
    ]
