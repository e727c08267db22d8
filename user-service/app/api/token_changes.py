"""The route with which the other services keep validations of tokens for longer."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.deps import ResourcesDep
from app.schemas.token import TokenChangesRead
from chassis import MAX_ID, DatabaseUnavailable, DigitsOnly, problems

router = APIRouter(tags=["tokens"])

SinceCursor = Annotated[
    DigitsOnly | None,
    Query(ge=0, le=MAX_ID, description="The cursor of the last response"),
]


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
