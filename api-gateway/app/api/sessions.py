"""Sessions of browsers, whose refresh token no script can read."""

import json
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from app.api.deps import RefreshCookieDep, UserServiceDep
from app.document.responses import OF_THE_GATEWAY, problem_responses
from app.errors import CrossOriginSession, CsrfHeaderMissing, NoSession
from app.proxy.errors import ServiceFailed, failure
from app.proxy.routes import USERS
from app.schemas.session import SessionCreate, SessionEnded, SessionRead, TokenPair
from app.sessions.cookie import RefreshCookie
from app.sessions.user_service import Answer
from chassis import problems

CSRF_HEADER = "X-CSRF-Protection"
SESSION, ALIAS = "/api/v1/auth/session", "/api/auth/session"
FORM, JSON = b"application/x-www-form-urlencoded", b"application/json"
NOTHING_LEFT = {"description": "The session is over, here and everywhere"}
PASSED_ON = ("content-type", "retry-after", "www-authenticate")


async def _same_origin(
    request: Request,
    marker: Annotated[
        str | None,
        Header(
            alias=CSRF_HEADER,
            description="Required, with any value, because no form can send a header",
            examples=["1"],
        ),
    ] = None,
) -> None:
    """Refuses what a page of another site makes a browser send."""
    if not marker:
        raise CsrfHeaderMissing(f"send the header {CSRF_HEADER}: 1")
    # Browsers say where a request comes from; other programs say nothing.
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise CrossOriginSession("only pages of this origin can use its sessions")


router = APIRouter(
    tags=["browser sessions"],
    dependencies=[Depends(_same_origin)],
    responses=problems(CsrfHeaderMissing, CrossOriginSession),
)


@router.post(ALIAS, include_in_schema=False, response_model=SessionRead)
@router.post(
    SESSION,
    response_model=SessionRead,
    responses=problem_responses(
        {
            **OF_THE_GATEWAY,
            "401": "wrong_credentials",
            "429": "too_many_failures, too_many_requests",
        }
    ),
)
async def open_session(
    body: SessionCreate,
    request: Request,
    users: UserServiceDep,
    cookie: RefreshCookieDep,
) -> Response:
    """Logs in: returns an access token, and sets the refresh token as a cookie."""
    form = urlencode({"username": body.username, "password": body.password})
    answer = await users.post(request, b"/login", FORM, form.encode())
    return _session(answer, request, cookie)


@router.post(f"{ALIAS}/refresh", include_in_schema=False, response_model=SessionRead)
@router.post(
    f"{SESSION}/refresh",
    response_model=SessionRead,
    responses=problem_responses(
        {
            **OF_THE_GATEWAY,
            "401": "no_session, refresh_token_invalid, refresh_token_spent",
        }
    ),
)
async def refresh_session(
    request: Request, users: UserServiceDep, cookie: RefreshCookieDep
) -> Response:
    """Exchanges the refresh token in the cookie for the next one.

    It can be repeated for ten seconds, so that two tabs do not end each other's session
    and a lost response is no harm.
    """
    token = cookie.read(request)
    if token is None:
        raise NoSession("there is no session: log in")
    answer = await users.post(request, b"/refresh", JSON, _token(token))
    # A token that is refused stays in the cookie: another tab may have replaced it
    # meanwhile, and would lose its session if the cookie were cleared here.
    return _session(answer, request, cookie)


@router.delete(ALIAS, include_in_schema=False, response_model=SessionEnded)
@router.delete(
    SESSION,
    response_model=SessionEnded,
    responses={204: NOTHING_LEFT, **problem_responses(OF_THE_GATEWAY)},
)
async def end_session(
    request: Request, users: UserServiceDep, cookie: RefreshCookieDep
) -> Response:
    """Logs out, and clears the cookie. Ending a session again is not an error.

    A session that was begun at a provider has ended here, and goes on there: the
    browser can log out at `end_session_url`. Any other session gets a 204.
    """
    url = None
    for token in cookie.read_all(request):
        answer = await users.post(request, b"/auth/oidc/logout", JSON, _token(token))
        if answer.status != 200:
            # The cookie stays, so that the browser can try again.
            return _passed_on(answer, request)
        try:
            ended = SessionEnded.model_validate_json(answer.body)
        except ValidationError:
            return _unreadable(request)
        url = url or ended.end_session_url
    response = (
        Response(status_code=204)
        if url is None
        else JSONResponse(SessionEnded(end_session_url=url).model_dump())
    )
    cookie.clear(response)
    return response


def _token(token: str) -> bytes:
    return json.dumps({"refresh_token": token}).encode()


def _session(answer: Answer, request: Request, cookie: RefreshCookie) -> Response:
    if answer.status != 200:
        return _passed_on(answer, request)
    try:
        pair = TokenPair.model_validate_json(answer.body)
    except ValidationError:
        return _unreadable(request)
    response = JSONResponse(pair.model_dump(exclude={"refresh_token"}))
    cookie.set(response, pair.refresh_token)
    return response


def _passed_on(answer: Answer, request: Request) -> Response:
    """Returns a problem of user-service as one of the path that the client knows."""
    document = answer.find_problem()
    if document is None:
        return _unreadable(request)
    headers = {
        name: answer.headers[name] for name in PASSED_ON if name in answer.headers
    }
    document["instance"] = request.scope["path"]
    return Response(json.dumps(document), answer.status, headers)


def _unreadable(request: Request) -> Response:
    error = ServiceFailed("did not answer as it must")
    return failure(request.scope, error, USERS)
