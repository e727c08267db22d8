"""Compares a password with the one of an account."""

from app.models.attempt import Attempt
from app.services.passwords import Passwords
from app.services.throttle import Throttle


class CheckPassword:
    """Checks the rate limit after acquiring a bcrypt slot, so that parallel guesses
    cannot bypass it."""

    def __init__(self, throttle: Throttle, passwords: Passwords) -> None:
        self._throttle = throttle
        self._passwords = passwords

    async def check(
        self, attempt: Attempt, password_hash: str | None, password: str
    ) -> bool:
        """Returns whether the password is right; without a hash it never is.

        Raises:
            TooManyFailures, TooManyPasswords: the password was not checked.
        """
        async with self._passwords.turn():
            await self._throttle.admit(attempt)
            right = await self._passwords.match(password, password_hash)
            if right:
                await self._throttle.reset(attempt)
            else:
                await self._throttle.count(attempt)
        return right
