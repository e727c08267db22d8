"""Routes for the caller's own sessions."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from app.api.deps import EndOwnSessionDep
from app.errors import SessionNotFound
from app.repositories.sessions import Sessions
from app.schemas.session import SessionRead
from chassis import (
    CurrentUser,
    PageDep,
    RoleRequired,
    SessionDep,
    describe_page,
    problems,
)

router = APIRouter(prefix="/me/sessions", tags=["accounts"])


@router.get("", responses=problems(RoleRequired))
async def list_own_sessions(
    user: CurrentUser,
    session: SessionDep,
    page: PageDep,
    request: Request,
    response: Response,
) -> list[SessionRead]:
    """Lists the caller's open sessions, newest first."""
    found = await Sessions(session).list_open(user.user_id, page)
    describe_page(request, response, found)
    return [SessionRead.of(each, user.sid) for each in found.items]


@router.delete(
    "/{sid}", status_code=204, responses=problems(RoleRequired, SessionNotFound)
)
async def end_own_session(
    sid: UUID, user: CurrentUser, end_own_session: EndOwnSessionDep
) -> None:
    """Ends one of the caller's sessions; ending it again is not an error."""
    await end_own_session.end(user.user_id, sid)
