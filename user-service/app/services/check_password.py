"""Comparing a password that someone gives with the one of an account."""

from app.models.attempt import Attempt
from app.services.passwords import Passwords
from app.services.throttle import Throttle


class CheckPassword:
    """Who waits for a turn is asked for admission only when it comes: of many guesses
    sent at once no more get through than are being checked at the same time."""

    def __init__(self, throttle: Throttle, passwords: Passwords) -> None:
        self._throttle = throttle
        self._passwords = passwords

    async def __call__(
        self, attempt: Attempt, password_hash: str | None, password: str
    ) -> bool:
        """Whether the password is right; without a hash it never is.

        Raises:
            TooManyFailures, TooManyPasswords: it was not even looked at.
        """
        async with self._passwords.turn():
            await self._throttle.admit(attempt)
            right = await self._passwords.match(password, password_hash)
            if right:
                await self._throttle.reset(attempt)
            else:
                await self._throttle.count(attempt)
        return right
