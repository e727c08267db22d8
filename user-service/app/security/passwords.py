"""Password hashes: bcrypt in threads, because one takes about 200 ms of a core."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

import bcrypt

from app.errors import PasswordQueueFull
from app.schemas.password import MAX_BYTES, normalize_password

# About 2 s of work on idle cores. The limit for all threads is below the number of
# requests that the service admits, so that many log-ins at once do not block the
# validation of tokens.
MAX_CALLERS_PER_THREAD = 8

# More slots than threads, so that no thread waits while wrong passwords are looked up.
SLOTS_AHEAD = 1

T = TypeVar("T")


class Passwords:
    """Hashes passwords and verifies them.

    Args:
        cost: the binary logarithm of bcrypt's rounds.
        width: the number of threads. With more than there are cores the event loop
            would starve where they have no priority.
    """

    def __init__(self, cost: int, width: int) -> None:
        self._cost = cost
        self._threads = ThreadPoolExecutor(width, "bcrypt", _yield_to_others)
        self._slots = asyncio.Semaphore(width + SLOTS_AHEAD)
        self._places_left = width * MAX_CALLERS_PER_THREAD
        self._decoy_hash = bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt(cost))

    def close(self) -> None:
        self._threads.shutdown()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Waits for a free slot and occupies it.

        Raises:
            PasswordQueueFull: too many callers are waiting already.
        """
        if self._places_left == 0:
            raise PasswordQueueFull("too many users are logging in at the moment")
        self._places_left -= 1
        try:
            async with self._slots:
                yield
        finally:
            self._places_left += 1

    async def hash(self, password: str) -> str:
        async with self.slot():
            hashed = await self._in_thread(
                lambda: bcrypt.hashpw(password.encode(), bcrypt.gensalt(self._cost))
            )
        return hashed.decode()

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Returns whether the password is right; the caller must hold a `slot`.

        Older hashes are of the password as typed, so both forms are tried. Without a
        hash, the password is compared with a decoy, because the response time must not
        reveal whether the user exists.
        """
        stored = password_hash.encode() if password_hash else self._decoy_hash
        for form in dict.fromkeys((normalize_password(password), password)):
            if await self._matches(form.encode(), stored) and password_hash is not None:
                return True
        return False

    async def _matches(self, password: bytes, stored: bytes) -> bool:
        # bcrypt rejects longer passwords; the check is made nevertheless, for its time.
        same = await self._in_thread(
            lambda: bcrypt.checkpw(password[:MAX_BYTES], stored)
        )
        return same and len(password) <= MAX_BYTES

    async def _in_thread(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, work)


def _yield_to_others() -> None:
    """Lets requests that need no bcrypt go first, and those of other services, too, if
    they share the machine without containers."""
    if sys.platform == "linux":
        # There, it is the priority of the thread alone.
        os.nice(10)
