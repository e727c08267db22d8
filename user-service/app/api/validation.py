"""Routes with which the other services validate tokens."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.deps import ResourcesDep
from app.api.plain_validation import ValidationRoute, validation_of
from app.schemas.token import TokenChangesRead, TokenToValidate, TokenValidation
from chassis import (
    MAX_ID,
    DatabaseUnavailable,
    DigitsOnly,
    problems,
)

router = APIRouter(tags=["tokens"], route_class=ValidationRoute)

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
    return await validation_of(body.token, resources)


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
