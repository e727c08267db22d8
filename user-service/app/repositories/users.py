"""Queries on users."""

from collections.abc import Sequence

import psycopg
from sqlalchemy import exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction
from sqlalchemy.sql.selectable import ForUpdateParameter

from app.errors import EmailTaken, UsernameTaken, UserNotFound
from app.models.user import Role, User, username_key
from chassis import Page, PageRequest, canonical_address, fetch_page


class Users:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def get(self, user_id: int, *, for_update: bool = False) -> User:
        """Returns the user; `for_update` locks the row until the transaction ends.

        Raises:
            UserNotFound: there is no user with this id.
        """
        return await self._get(user_id, for_update or None)

    async def get_for_share(self, user_id: int) -> User:
        """Returns the user; other transactions cannot change it until this one ends.

        Raises:
            UserNotFound: there is no user with this id.
        """
        return await self._get(user_id, {"read": True})

    async def _get(self, user_id: int, lock: ForUpdateParameter) -> User:
        # A user that is loaded already is read again: it may have changed meanwhile.
        user = await self._session.get(
            User,
            user_id,
            with_for_update=lock,
            populate_existing=lock is not None,
        )
        if user is None:
            raise UserNotFound(f"there is no user {user_id}", user_id=user_id)
        return user

    async def lock_administrators(self) -> Sequence[User]:
        """Returns the active administrators, locked until the transaction ends."""
        query = (
            select(User)
            .where(User.role == Role.ADMIN, User.is_active)
            .order_by(User.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return (await self._session.scalars(query)).all()

    async def lock_first_administrator(self) -> None:
        """Locks the creation of the first administrator until the transaction ends."""
        key = func.hashtext("first administrator")
        await self._session.execute(select(func.pg_advisory_xact_lock(key)))

    async def has_administrator(self) -> bool:
        """Returns whether any account is an administrator, active or not."""
        query = select(exists().where(User.role == Role.ADMIN))
        return bool(await self._session.scalar(query))

    async def list_matching(
        self,
        page: PageRequest,
        text: str | None = None,
        role: Role | None = None,
        is_active: bool | None = None,
    ) -> Page[User]:
        """Returns users, newest first.

        Args:
            text: a part of a username, of an e-mail address or of a full name.
        """
        query = select(User)
        if text is not None:
            columns = (User.username, User.email, User.full_name)
            query = query.where(
                or_(*(c.icontains(text, autoescape=True) for c in columns))
            )
        if role is not None:
            query = query.where(User.role == role)
        if is_active is not None:
            query = query.where(User.is_active == is_active)
        return await fetch_page(self._session, query, User.id, page)

    async def find_by_username(self, username: str) -> User | None:
        query = select(User).where(User.username_key == username_key(username))
        return await self._session.scalar(query)

    async def find_by_login(self, identifier: str) -> User | None:
        """Finds a user by username or e-mail address, ignoring case."""
        if "@" not in identifier:
            return await self.find_by_username(identifier)
        address = func.lower(canonical_address(identifier))
        query = select(User).where(func.lower(User.email) == address)
        return await self._session.scalar(query)

    def savepoint(self) -> AsyncSessionTransaction:
        """Limits the effect of an error of `add`: the transaction goes on."""
        return self._session.begin_nested()

    async def add(self, user: User) -> None:
        """Stores a new user; raises like `flush`."""
        self._session.add(user)
        await self.flush()

    async def flush(self) -> None:
        """Writes pending changes.

        Raises:
            UsernameTaken, EmailTaken: a unique constraint was violated, and the
                transaction is aborted. A query beforehand would miss a concurrent
                request.
        """
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
