"""Opening a session with a username and a password."""

from app.models.user import User
from app.repositories.users import Users
from app.schemas.token import TokenPair
from app.services.passwords import Passwords
from app.services.sessions import SessionTokens
from chassis import Database, Unauthenticated


class WrongCredentials(Unauthenticated):
    """There is no active user with this name and password."""


class LogIn:
    """It opens its own transactions, so that none waits for the password check."""

    def __init__(
        self, database: Database, passwords: Passwords, tokens: SessionTokens
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._tokens = tokens

    async def __call__(self, username: str, password: str) -> TokenPair:
        async with self._database.transaction() as session:
            user = await Users(session).find_by_username(username)
        password_hash = user.password_hash if user else None
        matches = await self._passwords.match(password, password_hash)
        if user is None or not matches:
            raise WrongCredentials("the username or the password is wrong")
        return await self._open_session(user)

    async def _open_session(self, checked: User) -> TokenPair:
        async with self._database.transaction() as session:
            user = await Users(session).get_unchanging(checked.id)
            # The check took its time: who is locked out by now stays out.
            if user.password_hash != checked.password_hash or not user.is_active:
                raise WrongCredentials("the username or the password is wrong")
            return self._tokens.open(session, user)
