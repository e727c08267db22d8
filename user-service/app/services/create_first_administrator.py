"""Creates the first administrator, with the name and password of the settings."""

import structlog
from pydantic import SecretStr, ValidationError

from app.errors import UsernameTaken
from app.models.user import Role, User
from app.repositories.users import Users
from app.schemas.user import UserCreate
from app.security.passwords import Passwords
from app.services.store_user import StoreUser
from chassis import Database, Outbox

log = structlog.get_logger(__name__)

USERNAME_TAKEN = (
    "error: ADMIN_USERNAME: a customer already has the name {name}, so the first"
    " administrator cannot be created; set another name, such as {name}-1"
)
USERNAME_INVALID = (
    "error: ADMIN_USERNAME: must have 3 to 50 letters, digits, dots, dashes or"
    " underscores, such as admin"
)


def parse_first_administrator(
    username: str | None, password: SecretStr | None
) -> UserCreate | None:
    """Returns the account to create, or None if the settings name none.

    Raises:
        SystemExit: the username or the password is invalid; its text says why.
    """
    if username is None or password is None:
        return None
    try:
        return UserCreate(username=username, password=password)
    except ValidationError as error:
        faults = {fault["loc"][0]: fault["msg"] for fault in error.errors()}
    sentences = []
    if "username" in faults:
        sentences.append(USERNAME_INVALID)
    if "password" in faults:
        problem = faults["password"].removeprefix("Value error, ")
        sentences.append(
            f"error: ADMIN_PASSWORD: {problem}; `openssl rand -hex 24` generates one"
        )
    raise SystemExit("\n".join(sentences))


class CreateFirstAdministrator:
    def __init__(
        self, database: Database, passwords: Passwords, outbox: Outbox
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._outbox = outbox

    async def create(self, account: UserCreate) -> None:
        """Creates the administrator, unless there has been one before.

        Deactivated and erased accounts keep their role, so if no account is an
        administrator there has never been one.

        Raises:
            SystemExit: a customer has the name, so there would be no administrator.
        """
        async with self._database.transaction() as session:
            if await Users(session).has_administrator():
                return
        password_hash = await self._passwords.hash(account.password.get_secret_value())
        administrator = User.register(account.username, password_hash, role=Role.ADMIN)
        try:
            async with self._database.transaction() as session:
                users = Users(session)
                # Replicas that start at once create one, even if their settings differ.
                await users.lock_first_administrator()
                if await users.has_administrator():
                    return
                events = self._outbox.within(session)
                await StoreUser(users, events).store(administrator)
        except UsernameTaken:
            raise SystemExit(USERNAME_TAKEN.format(name=account.username)) from None
        log.info("first_administrator_created", user_id=administrator.id)
