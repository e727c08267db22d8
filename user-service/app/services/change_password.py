"""Changes the password of a signed-in user."""

import structlog

from app.errors import CurrentPasswordWrong, PasswordIsName
from app.models.attempt import Attempt
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.schemas.password import is_name_of_account
from app.schemas.user import PasswordChange
from app.security.passwords import Passwords
from app.services.check_password import CheckPassword
from app.services.end_all_sessions import EndAllSessions
from app.services.end_session import EndSession
from chassis import Database, Outbox

log = structlog.get_logger(__name__)


class ChangePassword:
    """Changes a password and ends all sessions of the user.

    The caller's session ends too, because an attacker may be using it. Opens its own
    transactions, so that none stays open while bcrypt runs.
    """

    def __init__(
        self,
        database: Database,
        check_password: CheckPassword,
        passwords: Passwords,
        outbox: Outbox,
    ) -> None:
        self._database = database
        self._check_password = check_password
        self._passwords = passwords
        self._outbox = outbox

    async def change(self, user_id: int, change: PasswordChange, address: str) -> None:
        async with self._database.transaction() as session:
            checked = await Users(session).get(user_id)
        right = await self._check_password.check(
            Attempt.to_change_password(checked, address),
            checked.password_hash,
            change.current_password,
        )
        if not right:
            log.warning("password_change_rejected", user_id=user_id)
            raise CurrentPasswordWrong("the current password is wrong")
        new_password = change.new_password.get_secret_value()
        if is_name_of_account(new_password, checked.username, checked.email):
            raise PasswordIsName(
                "must not be the username or the e-mail address", "new_password"
            )
        new_hash = await self._passwords.hash(new_password)
        async with self._database.transaction() as session:
            user = await Users(session).get(user_id, for_update=True)
            if user.password_hash != checked.password_hash:
                raise CurrentPasswordWrong("the password has just been changed")
            user.change_password(new_hash)
            end_session = EndSession(self._outbox.within(session))
            await EndAllSessions(Sessions(session), end_session).end(user_id)
            log.info("password_changed", user_id=user_id)
