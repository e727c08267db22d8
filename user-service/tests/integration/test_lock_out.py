"""Changes to an account during the check of its password."""

from typing import Any

import pytest
from sqlalchemy import update

from app.errors import WrongCredentials
from app.models.user import User
from app.security.known_addresses import KnownAddresses
from app.security.passwords import Passwords
from app.security.session_tokens import SessionTokens
from app.security.throttle import Throttle
from app.security.tokens import Tokens
from app.services.check_password import CheckPassword
from app.services.log_in import LogIn
from chassis import Database
from tests.factories import MONTH, make_user


class SlowPasswords(Passwords):
    """Changes the account, and then accepts every password."""

    def __init__(self, database: Database, change: dict[str, Any]) -> None:
        super().__init__(cost=4, width=1)
        self._database = database
        self._change = change

    async def verify(self, password: str, password_hash: str | None) -> bool:
        if self._change:
            async with self._database.transaction() as session:
                await session.execute(update(User).values(**self._change))
        return True


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"password_hash": "another"}], ids=str
)
async def test_user_locked_out_during_check_cannot_log_in(
    database: Database, tokens: Tokens, change: dict[str, Any]
) -> None:
    async with database.transaction() as session:
        session.add(make_user(username="ada"))
    session_tokens = SessionTokens(tokens, MONTH, MONTH)

    def log_in(change: dict[str, Any]) -> LogIn:
        passwords = SlowPasswords(database, change)
        known = KnownAddresses(b"key")
        check = CheckPassword(Throttle(database, known), passwords)
        return LogIn(database, check, session_tokens, known)

    assert await log_in({}).open_session("ada", "any", "192.0.2.1")
    with pytest.raises(WrongCredentials):
        await log_in(change).open_session("ada", "any", "192.0.2.1")
