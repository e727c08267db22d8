"""Opens a session for a user who logs in with a password."""

import structlog

from app.errors import WrongCredentials
from app.models.attempt import Attempt
from app.models.user import User
from app.repositories.known_addresses import KnownAddressRows
from app.repositories.sessions import Sessions
from app.repositories.users import Users
from app.schemas.token import TokenPair
from app.security.known_addresses import KnownAddresses
from app.security.session_tokens import SessionTokens
from app.services.check_password import CheckPassword
from chassis import Database

log = structlog.get_logger(__name__)


class LogIn:
    """Checks the password and opens a session.

    Opens its own transactions, so that none stays open during the password check.
    """

    def __init__(
        self,
        database: Database,
        check_password: CheckPassword,
        tokens: SessionTokens,
        known_addresses: KnownAddresses,
    ) -> None:
        self._database = database
        self._check_password = check_password
        self._tokens = tokens
        self._known_addresses = known_addresses

    async def open_session(
        self, identifier: str, password: str, address: str
    ) -> TokenPair:
        async with self._database.transaction() as session:
            user = await Users(session).find_by_login(identifier)
        # A caller without the right password must not learn that the user is inactive.
        password_hash = user.password_hash if user and user.is_active else None
        attempt = Attempt.to_log_in(identifier, address, user)
        right = await self._check_password.check(attempt, password_hash, password)
        if user is None or not right:
            log.warning("login_failed", user_id=user.id if user else None)
            raise WrongCredentials("the username or the password is wrong")
        return await self._store_session(user, address)

    async def _store_session(self, checked: User, address: str) -> TokenPair:
        async with self._database.transaction() as session:
            user = await Users(session).get_for_share(checked.id)
            # The user may have been deactivated during the check.
            if user.password_hash != checked.password_hash or not user.is_active:
                raise WrongCredentials("the username or the password is wrong")
            await self._known_addresses.add(KnownAddressRows(session), user.id, address)
            log.info("user_logged_in", user_id=user.id)
            return await self._tokens.open(Sessions(session), user)
