"""Receiving a request's body: all of it, in time, and not too much of it."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis._http.admission import Overloaded
from chassis._http.body_limits import MalformedBody, bounded_json, check_form
from chassis._http.field_errors import LONGEST_QUOTE
from chassis._http.headers import has_body
from chassis._http.malformed_body import FORM
from chassis._http.problems import ProblemResponse, problem, render_problem
from chassis._http.refusal import Refused, refusal_of
from chassis._time_limit import renewed_time_limit

MAX_BODY_BYTES = 1024 * 1024
MAX_CONTENT_TYPE = 1000
BODY_SECONDS = 10.0


class ClientGone(Exception):
    """The client left before it had sent everything."""


class TooLarge(Exception):
    """There is more of the body than is accepted."""


class BodyRefused(Exception):
    """The body is not accepted, for the reason that the answer gives."""

    def __init__(self, answer: ProblemResponse) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


class EncodedBody(Exception):
    """The body is compressed, or encoded in some other way."""


class BodyMiddleware:
    """Receives the whole body before anyone works on the request.

    A client that sends slowly does not delay others, and one that sends too much does
    not fill the memory.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not has_body(scope):
            await self._app(scope, receive, send)
            return
        try:
            _refuse_encoding(scope)
            body = _checked(scope, await receive_body(scope, receive))
        except ClientGone:
            return
        except BodyRefused as refused:
            answer = refused.answer
        except EncodedBody:
            detail = "send the body without a Content-Encoding"
            answer = problem(scope, 415, "unsupported_content_encoding", detail)
            answer.headers["Accept-Encoding"] = "identity"
        except MalformedBody as error:
            field = error.field[:LONGEST_QUOTE]
            named = {"in": "body", "field": field, "message": error.message}
            answer = problem(scope, 422, "invalid_request", str(error), errors=[named])
        else:
            await self._app(scope, _replay(body, receive), send)
            return
        await answer(scope, receive, send)


async def receive_body(scope: Scope, receive: Receive) -> bytes:
    """Receives the whole body, as it is.

    Raises:
        ClientGone: the client left before its end.
        BodyRefused: it is too large, too slow or malformed.
    """
    try:
        async with renewed_time_limit(BODY_SECONDS):
            return await _receive_all(scope, receive)
    except TooLarge:
        detail = "a body may have 1 MiB at most"
        answer = problem(scope, 413, "content_too_large", detail)
    except Refused as refused:
        answer = problem(scope, *refused.refusal)
        answer.headers["Connection"] = "close"
    except Overloaded as error:
        answer = render_problem(scope, error)
        answer.headers["Connection"] = "close"
    except TimeoutError:
        detail = f"the body did not arrive within {BODY_SECONDS:.0f} s"
        answer = problem(scope, 408, "request_timeout", detail)
        # Else the server would go on waiting for the rest.
        answer.headers["Connection"] = "close"
    raise BodyRefused(answer)


def _refuse_encoding(scope: Scope) -> None:
    encodings = Headers(scope=scope).getlist("content-encoding")
    if any(encoding.strip().lower() not in ("", "identity") for encoding in encodings):
        raise EncodedBody


def _checked(scope: Scope, body: bytes) -> bytes:
    content_type = Headers(scope=scope).get("content-type", "")
    if len(content_type) > MAX_CONTENT_TYPE:
        limit = f"{MAX_CONTENT_TYPE:,}"
        raise MalformedBody(f"Content-Type may have {limit} characters at most")
    if content_type.partition(";")[0].strip().lower() != FORM:
        return bounded_json(body)
    check_form(body)
    return body


async def _receive_all(scope: Scope, receive: Receive) -> bytes:
    announced = Headers(scope=scope).get("content-length", "0")
    if announced.isdecimal() and int(announced) > MAX_BODY_BYTES:
        raise TooLarge
    chunks: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        if refusal := refusal_of(scope):
            raise Refused(refusal)
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > MAX_BODY_BYTES:
            raise TooLarge
        more = message.get("more_body", False)
    return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the body in one piece, and after that what else there is to receive."""
    messages: list[Message] = [
        {"type": "http.request", "body": body, "more_body": False}
    ]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
