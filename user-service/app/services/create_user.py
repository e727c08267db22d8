"""Creates an account."""

from prometheus_client import Counter

from app.models.user import Role, User
from app.repositories.users import Users
from app.schemas.user import UserCreate
from app.security.passwords import Passwords
from app.services.store_user import StoreUser
from chassis import Database, Outbox

REGISTRATIONS = Counter("user_registrations_total", "Accounts created", ["role"])
for _role in Role:
    # A counter that begins at its first account hides that one from Prometheus.
    REGISTRATIONS.labels(_role)


class CreateUser:
    """Creates accounts.

    Opens its own transaction, so that none stays open while the password is hashed.
    """

    def __init__(
        self, database: Database, passwords: Passwords, outbox: Outbox
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._outbox = outbox

    async def create(self, account: UserCreate, role: Role = Role.CUSTOMER) -> User:
        user = User.register(
            account.username,
            await self._passwords.hash(account.password.get_secret_value()),
            account.email,
            account.full_name,
            role,
        )
        async with self._database.transaction() as session:
            await StoreUser(Users(session), self._outbox.within(session)).store(user)
        REGISTRATIONS.labels(role).inc()
        return user
