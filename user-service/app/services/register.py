"""Making an account."""

import structlog
from prometheus_client import Counter

from app.events.messages import UserRegistered
from app.models.user import Role, User
from app.repositories.users import Users
from app.schemas.user import UserCreate
from app.services.passwords import Passwords
from chassis import Database, Outbox

log = structlog.get_logger(__name__)

REGISTRATIONS = Counter("user_registrations_total", "Accounts made", ["role"])


class Register:
    """It opens its own transaction, so that none waits for the password's hash."""

    def __init__(
        self, database: Database, passwords: Passwords, outbox: Outbox
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._outbox = outbox

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
            self._outbox.add(session, UserRegistered.of(user))
            log.info("user_registered", user_id=user.id, role=role)
        REGISTRATIONS.labels(role).inc()
        return user
