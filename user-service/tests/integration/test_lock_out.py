"""What happens to an account while its password is checked."""

from typing import Any

import pytest
from sqlalchemy import update

from app.errors import WrongCredentials
from app.models.user import User
from app.services.check_password import CheckPassword
from app.services.known_addresses import KnownAddresses
from app.services.log_in import LogIn
from app.services.passwords import Passwords
from app.services.sessions import SessionTokens
from app.services.throttle import Throttle
from app.services.tokens import Tokens
from chassis import Database
from tests.factories import MONTH, make_user


class SlowPasswords(Passwords):
    """Finds every password right, after something has happened to the account."""

    def __init__(self, database: Database, happening: dict[str, Any]) -> None:
        super().__init__(cost=4, width=1)
        self._database = database
        self._happening = happening

    async def match(self, password: str, password_hash: str | None) -> bool:
        if self._happening:
            async with self._database.transaction() as session:
                await session.execute(update(User).values(**self._happening))
        return True


@pytest.mark.parametrize(
    "happening", [{"is_active": False}, {"password_hash": "another"}], ids=str
)
async def test_who_is_locked_out_during_the_check_stays_out(
    database: Database, tokens: Tokens, happening: dict[str, Any]
) -> None:
    async with database.transaction() as session:
        session.add(make_user(username="ada"))
    session_tokens = SessionTokens(tokens, MONTH, MONTH)

    def log_in(happening: dict[str, Any]) -> LogIn:
        passwords = SlowPasswords(database, happening)
        known = KnownAddresses(b"key")
        check = CheckPassword(Throttle(database, known), passwords)
        return LogIn(database, check, session_tokens, known)

    assert await log_in({}).open_session("ada", "whatever", "192.0.2.1")
    with pytest.raises(WrongCredentials):
        await log_in(happening).open_session("ada", "whatever", "192.0.2.1")
