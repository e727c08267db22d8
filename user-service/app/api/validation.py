"""Routes with which the other services validate tokens."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.deps import ResourcesDep
from app.schemas.token import TokenChangesRead, TokenToValidate, TokenValidation
from chassis import (
    MAX_ID,
    DatabaseUnavailable,
    DigitsOnly,
    NotAuthenticated,
    problems,
)

router = APIRouter(tags=["tokens"])

SinceCursor = Annotated[
    DigitsOnly | None,
    Query(ge=0, le=MAX_ID, description="The cursor of the last response"),
]


@router.post(
    "/validate-token",
    response_model=TokenValidation,
    responses=problems(DatabaseUnavailable),
)
async def validate_token(body: TokenToValidate, resources: ResourcesDep) -> Response:
    """Reports whether an access token is valid now, and whose it is."""
    try:
        owner = await resources.token_validator.validate(body.token)
        validation = TokenValidation(valid=True, **dict(owner))
    except NotAuthenticated as error:
        validation = TokenValidation(valid=False, message=error.detail)
    # Rendered here, because FastAPI would validate it once more.
    content = validation.model_dump_json()
    return Response(content, media_type="application/json")


@router.get("/token-changes", responses=problems(DatabaseUnavailable))
async def read_token_changes(
    resources: ResourcesDep, since: SinceCursor = None
) -> TokenChangesRead:
    """Lists the sessions that have ended, or whose users have changed.

    A service that asks often need not validate the tokens of other sessions again.
    """
    changes = await resources.read_token_changes.read(since)
    return TokenChangesRead(
        cursor=changes.cursor,
        all_changed=changes.session_ids is None,
        session_ids=list(changes.session_ids or ()),
    )
