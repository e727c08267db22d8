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
    """Makes the administrator, unless there is a user of that name."""
    account = UserCreate(username=username, password=password)
    async with database.transaction() as session:
        if await Users(session).find_by_username(username) is not None:
            return
    try:
        administrator = await register(account, "admin")
    except UsernameTaken:
        return  # another replica was quicker
    log.info("first_administrator_created", user_id=administrator.id)
