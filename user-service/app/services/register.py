"""Making an account."""

from app.models.user import Role, User
from app.repositories.users import Users
from app.schemas.user import UserCreate
from app.services.passwords import Passwords
from chassis import Database


class Register:
    """It opens its own transaction, so that none waits for the password's hash."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        self._database = database
        self._passwords = passwords

    async def __call__(self, account: UserCreate, role: Role = "customer") -> User:
        user = User.register(
            account.username,
            await self._passwords.hash(account.password.get_secret_value()),
            account.email,
            account.full_name,
            role,
        )
        async with self._database.transaction() as session:
            await Users(session).add(user)
        return user
