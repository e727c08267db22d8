"""Creates an account."""

import structlog
from prometheus_client import Counter

from app.events.messages import UserRegistered
from app.models.user import Role, User
from app.repositories.users import Users
from app.schemas.user import UserCreate
from app.services.passwords import Passwords
from chassis import Database, Events, Outbox

log = structlog.get_logger(__name__)

REGISTRATIONS = Counter("user_registrations_total", "Accounts created", ["role"])


class Register:
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
        user = await self.prepare(account, role)
        async with self._database.transaction() as session:
            await self.store(Users(session), self._outbox.within(session), user)
        REGISTRATIONS.labels(role).inc()
        return user

    async def prepare(self, account: UserCreate, role: Role) -> User:
        """Returns the user with a hashed password, not yet stored."""
        return User.register(
            account.username,
            await self._passwords.hash(account.password.get_secret_value()),
            account.email,
            account.full_name,
            role,
        )

    async def store(self, users: Users, events: Events, user: User) -> None:
        """Stores the user and the event; raises like `Users.add`."""
        await users.add(user)
        events.add(UserRegistered.of(user))
        log.info("user_registered", user_id=user.id, role=user.role)
