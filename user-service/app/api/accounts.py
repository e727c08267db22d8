"""Routes for registration and for the caller's own account."""

from fastapi import APIRouter

from app.api.deps import ClientAddress, EraseUserDep, ResourcesDep, UpdateProfileDep
from app.errors import (
    AccountErased,
    CurrentPasswordWrong,
    EmailTaken,
    LastAdministrator,
    TooManyFailures,
    UsernameTaken,
)
from app.repositories.users import Users
from app.schemas.user import PasswordChange, ProfileUpdate, UserCreate, UserRead
from chassis import (
    CurrentUser,
    DatabaseUnavailable,
    RoleRequired,
    SessionDep,
    problems,
)

router = APIRouter(tags=["accounts"])


@router.post(
    "/register",
    status_code=201,
    responses=problems(UsernameTaken, EmailTaken, DatabaseUnavailable),
)
async def register_user(account: UserCreate, resources: ResourcesDep) -> UserRead:
    """Creates an account for a customer."""
    return UserRead.model_validate(await resources.create_user.create(account))


@router.get("/me", responses=problems(RoleRequired))
async def read_own_account(user: CurrentUser, session: SessionDep) -> UserRead:
    """Returns the caller's account."""
    return UserRead.model_validate(await Users(session).get(user.user_id))


@router.patch(
    "/me",
    responses=problems(EmailTaken, RoleRequired, AccountErased),
)
async def change_own_account(
    change: ProfileUpdate, user: CurrentUser, update_profile: UpdateProfileDep
) -> UserRead:
    """Changes the fields that are present; null clears them."""
    return UserRead.model_validate(await update_profile.update(user.user_id, change))


@router.put(
    "/me/password",
    status_code=204,
    responses=problems(CurrentPasswordWrong, RoleRequired, TooManyFailures),
)
async def change_own_password(
    change: PasswordChange,
    user: CurrentUser,
    resources: ResourcesDep,
    address: ClientAddress,
) -> None:
    """Changes the password and ends all sessions, the caller's included."""
    await resources.change_password.change(user.user_id, change, address)


@router.delete(
    "/me",
    status_code=204,
    responses=problems(RoleRequired, LastAdministrator, AccountErased),
)
async def erase_own_account(user: CurrentUser, erase_user: EraseUserDep) -> None:
    """Erases the caller's personal data and closes the account permanently."""
    await erase_user.erase(user.user_id)
