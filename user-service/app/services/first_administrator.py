"""The administrator who is there before anyone could make one."""

import structlog
from pydantic import SecretStr, ValidationError

from app.errors import UsernameTaken
from app.models.user import Role
from app.repositories.users import Users
from app.schemas.user import UserCreate
from app.services.register import Register
from chassis import Database

log = structlog.get_logger(__name__)

USERNAME_TAKEN = (
    "error: ADMIN_USERNAME: a customer has the name {name}, and there has never been an"
    " administrator; set another one, such as {name}-1"
)
USERNAME_REFUSED = (
    "error: ADMIN_USERNAME: must have 3 to 50 letters, digits, dots, dashes or"
    " underscores, such as admin"
)


def first_administrator(
    username: str | None, password: SecretStr | None
) -> UserCreate | None:
    """The account that the settings ask for, if they do.

    Raises:
        SystemExit: with a sentence for each of the two that no account may have.
    """
    if username is None or password is None:
        return None
    try:
        return UserCreate(username=username, password=password)
    except ValidationError as error:
        faults = {fault["loc"][0]: fault["msg"] for fault in error.errors()}
    sentences = []
    if "username" in faults:
        sentences.append(USERNAME_REFUSED)
    if "password" in faults:
        problem = faults["password"].removeprefix("Value error, ")
        sentences.append(
            f"error: ADMIN_PASSWORD: {problem}; `openssl rand -hex 24` makes one"
        )
    raise SystemExit("\n".join(sentences))


async def ensure_first_administrator(
    database: Database, register: Register, account: UserCreate
) -> None:
    """Makes the administrator while there has never been one.

    As an active administrator is always left, there has been one if any account has
    that role: a deactivated one, or an erased one.

    Raises:
        SystemExit: a customer has the name, so that nobody could administrate.
    """
    async with database.transaction() as session:
        if await Users(session).has_administrator():
            return
    administrator = await register.prepare(account, Role.ADMIN)
    try:
        async with database.transaction() as session:
            users = Users(session)
            # Replicas that start at once, even with other names, make only one.
            await users.lock_first_administrator()
            if await users.has_administrator():
                return
            await register.store(session, administrator)
    except UsernameTaken:
        sentence = USERNAME_TAKEN.format(name=account.username)
        log.warning("first_administrator_not_created", reason=sentence)
        raise SystemExit(sentence) from None
    log.info("first_administrator_created", user_id=administrator.id)
