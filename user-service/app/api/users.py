"""Routes with which administrators manage accounts."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.deps import (
    FOR_ADMIN_OR_SERVICE,
    DeactivateUserDep,
    ResourcesDep,
    UpdateUserDep,
)
from app.errors import (
    AccountErased,
    EmailTaken,
    LastAdministrator,
    UsernameTaken,
    UserNotFound,
)
from app.models.user import Role
from app.repositories.users import Users
from app.schemas.user import UserCreateByAdmin, UserRead, UserUpdate
from chassis import (
    CurrentAdmin,
    NormalizedText,
    PageDep,
    PathId,
    RoleRequired,
    SessionDep,
    describe_page,
    problems,
)

router = APIRouter(prefix="/users", tags=["users"])

SearchText = Annotated[
    NormalizedText | None,
    Query(
        min_length=1,
        max_length=254,
        description="Part of a username, of an e-mail address or of a full name",
    ),
]


@router.get("", responses=problems(RoleRequired))
async def list_users(
    _: CurrentAdmin,
    session: SessionDep,
    page: PageDep,
    request: Request,
    response: Response,
    q: SearchText = None,
    role: Role | None = None,
    is_active: bool | None = None,
) -> list[UserRead]:
    """Lists accounts, newest first. For administrators."""
    found = await Users(session).list_matching(page, q, role, is_active)
    describe_page(request, response, found)
    return [UserRead.model_validate(user) for user in found.items]


@router.post(
    "",
    status_code=201,
    responses=problems(UsernameTaken, EmailTaken, RoleRequired),
)
async def create_user(
    account: UserCreateByAdmin, _: CurrentAdmin, resources: ResourcesDep
) -> UserRead:
    """Creates an account with a role. For administrators."""
    return UserRead.model_validate(
        await resources.create_user.create(account, account.role)
    )


@router.get(
    "/{user_id}",
    responses=problems(RoleRequired, UserNotFound),
    dependencies=[FOR_ADMIN_OR_SERVICE],
)
async def read_user(user_id: PathId, session: SessionDep) -> UserRead:
    """Returns an account. For administrators and services."""
    return UserRead.model_validate(await Users(session).get(user_id))


@router.put(
    "/{user_id}",
    responses=problems(
        EmailTaken, RoleRequired, UserNotFound, LastAdministrator, AccountErased
    ),
)
async def change_user(
    user_id: PathId, change: UserUpdate, _: CurrentAdmin, update_user: UpdateUserDep
) -> UserRead:
    """Changes the fields that are present. For administrators."""
    return UserRead.model_validate(await update_user.update(user_id, change))


@router.delete(
    "/{user_id}",
    status_code=204,
    responses=problems(RoleRequired, UserNotFound, LastAdministrator),
)
async def deactivate_user(
    user_id: PathId, _: CurrentAdmin, deactivate: DeactivateUserDep
) -> None:
    """Deactivates an account and ends its sessions. For administrators."""
    await deactivate.deactivate(user_id)
