"""Where users are found and kept."""

import psycopg
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.user import EmailTaken, User, UsernameTaken, UserNotFound, username_key


class Users:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: int) -> User:
        user = await self._session.get(User, user_id)
        if user is None:
            raise UserNotFound(f"there is no user {user_id}", user_id=user_id)
        return user

    async def get_unchanging(self, user_id: int) -> User:
        """The user, who cannot be changed until the transaction ends."""
        user = await self._session.get(User, user_id, with_for_update={"read": True})
        if user is None:
            raise UserNotFound(f"there is no user {user_id}", user_id=user_id)
        return user

    async def find_by_username(self, username: str) -> User | None:
        query = select(User).where(User.username_key == username_key(username))
        return await self._session.scalar(query)

    async def add(self, user: User) -> None:
        """Stores the user.

        Raises:
            UsernameTaken, EmailTaken: only the database can tell, as two may come at
                once; the transaction is over then.
        """
        self._session.add(user)
        try:
            await self._session.flush()
        except IntegrityError as error:
            match _violated_constraint(error):
                case "uq_users_username_key":
                    raise UsernameTaken("this username is taken") from error
                case "uq_users_email":
                    raise EmailTaken("this e-mail address is taken") from error
            raise


def _violated_constraint(error: IntegrityError) -> str | None:
    cause = error.orig
    return cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
