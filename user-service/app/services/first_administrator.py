"""The administrator who is there before anyone could make one."""

import structlog
from pydantic import SecretStr

from app.models.user import UsernameTaken
from app.repositories.users import Users
from app.schemas.user import UserCreate
from app.services.register import Register
from chassis import Database

log = structlog.get_logger(__name__)


async def ensure_first_administrator(
    database: Database, register: Register, username: str, password: SecretStr
) -> None:
    """Makes the administrator while there has never been one.

    As an active administrator is always left, there has been one if any account has
    that role: a deactivated one, or an erased one.
    """
    async with database.transaction() as session:
        if await Users(session).has_administrator():
            return
    account = UserCreate(username=username, password=password)
    administrator = await register.prepare(account, "admin")
    try:
        async with database.transaction() as session:
            users = Users(session)
            # Replicas that start at once, even with other names, make only one.
            await users.lock_first_administrator()
            if await users.has_administrator():
                return
            await register.store(session, administrator)
    except UsernameTaken:
        log.warning("first_administrator_not_created", reason="username_taken")
        return
    log.info("first_administrator_created", user_id=administrator.id)
