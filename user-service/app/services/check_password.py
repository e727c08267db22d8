"""Compares a password with that of an account, unless the throttle forbids it."""

from app.models.attempt import Attempt
from app.security.passwords import Passwords
from app.security.throttle import Throttle


class CheckPassword:
    """Checks the rate limit after acquiring a bcrypt slot, so that no more parallel
    guesses get past it than there are slots."""

    def __init__(self, throttle: Throttle, passwords: Passwords) -> None:
        self._throttle = throttle
        self._passwords = passwords

    async def check(
        self, attempt: Attempt, password_hash: str | None, password: str
    ) -> bool:
        """Returns whether the password is right; without a hash it never is.

        Raises:
            TooManyFailures, PasswordQueueFull: the password was not checked.
        """
        async with self._passwords.slot():
            await self._throttle.require_allowed(attempt)
            right = await self._passwords.verify(password, password_hash)
            if not right:
                await self._throttle.count_failure(attempt)
        if right:
            # Without the slot: another password may be checked meanwhile.
            await self._throttle.reset_failures(attempt)
        return right
