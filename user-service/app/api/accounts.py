"""Accounts: making one, and reading them."""

from fastapi import APIRouter

from app.api.deps import FOR_ADMIN_OR_SERVICE, ServicesDep
from app.models.user import EmailTaken, User, UsernameTaken, UserNotFound
from app.repositories.users import Users
from app.schemas.user import UserCreate, UserRead
from chassis import (
    CurrentUser,
    DatabaseUnavailable,
    NotAllowed,
    PathId,
    SessionDep,
    problems,
)

router = APIRouter(tags=["accounts"])


@router.post(
    "/register",
    status_code=201,
    response_model=UserRead,
    responses=problems(UsernameTaken, EmailTaken, DatabaseUnavailable),
)
async def register_user(account: UserCreate, services: ServicesDep) -> User:
    """Makes an account for a customer."""
    return await services.register(account)


@router.get("/me", response_model=UserRead, responses=problems(NotAllowed))
async def read_own_account(user: CurrentUser, session: SessionDep) -> User:
    """Reads the account of who is asking."""
    return await Users(session).get(user.user_id)


@router.get(
    "/users/{user_id}",
    response_model=UserRead,
    responses=problems(NotAllowed, UserNotFound),
    dependencies=[FOR_ADMIN_OR_SERVICE],
)
async def read_user(user_id: PathId, session: SessionDep) -> User:
    """Reads an account: for administrators and services."""
    return await Users(session).get(user_id)
