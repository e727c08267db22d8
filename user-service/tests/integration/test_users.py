"""Users in PostgreSQL: unique constraints, check constraints and queries."""

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import EmailTaken, UsernameTaken, UserNotFound
from app.repositories.users import Users
from tests.factories import make_user

pytestmark = pytest.mark.usefixtures("database")


async def test_username_is_unique_regardless_of_case(session: AsyncSession) -> None:
    await Users(session).add(make_user(username="Ada"))

    with pytest.raises(UsernameTaken):
        await Users(session).add(make_user(username="aDA"))


async def test_email_is_unique_regardless_of_case(session: AsyncSession) -> None:
    await Users(session).add(make_user(email="Ada@example.com"))

    with pytest.raises(EmailTaken):
        await Users(session).add(make_user(email="ada@example.com"))


async def test_several_users_can_have_no_email(session: AsyncSession) -> None:
    await Users(session).add(make_user(email=None))
    await Users(session).add(make_user(email=None))


async def test_username_lookup_ignores_case(
    session: AsyncSession,
) -> None:
    ada = make_user(username="Ada")
    await Users(session).add(ada)

    assert await Users(session).find_by_username("ADA") is ada


@pytest.mark.parametrize("read", ["get", "get_for_share"])
async def test_unknown_user_is_not_found(session: AsyncSession, read: str) -> None:
    with pytest.raises(UserNotFound):
        await getattr(Users(session), read)(1)


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("ck_users_username", {"username": "a b"}),
        ("ck_users_role", {"role": "service"}),
        ("ck_users_erased_at", {"password_hash": None}),
    ],
)
async def test_database_constraints_reject_invalid_users(
    session: AsyncSession, constraint: str, wrong: dict[str, str]
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        await Users(session).add(make_user(**wrong))
