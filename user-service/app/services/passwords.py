"""Password hashes: bcrypt, in threads, as one takes some 200 ms of a core."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

import bcrypt

from app.errors import TooManyPasswords
from app.schemas.password import MAX_BYTES, password_form

# For each thread: some 2 s of work. Fewer in all than requests are worked on, so that
# a crowd that logs in does not keep tokens from being validated.
MOST_IN_LINE = 8

T = TypeVar("T")


class Passwords:
    """Hashes passwords and compares them.

    Args:
        cost: the logarithm of bcrypt's rounds.
        width: threads; no more than there are cores, lest the event loop starve.
    """

    def __init__(self, cost: int, width: int) -> None:
        self._cost = cost
        self._threads = ThreadPoolExecutor(width, "bcrypt")
        self._turns = asyncio.Semaphore(width)
        self._room = width * MOST_IN_LINE
        self._nobodys = bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt(cost))

    def close(self) -> None:
        self._threads.shutdown()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """In turn, as many at a time as there are threads.

        Raises:
            TooManyPasswords: the line is too long to wait in.
        """
        if self._room == 0:
            raise TooManyPasswords("too many people log in at the moment")
        self._room -= 1
        try:
            async with self._turns:
                yield
        finally:
            self._room += 1

    async def hash(self, password: str) -> str:
        async with self.turn():
            hashed = await self._in_thread(
                lambda: bcrypt.hashpw(password.encode(), bcrypt.gensalt(self._cost))
            )
        return hashed.decode()

    async def match(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is the one that was hashed; to be called in a `turn`.

        The hash may be from before passwords had one form, so what was typed is tried
        as well. Where there is no hash, or the password is too long for any, it is
        compared with nobody's: the time that the answer takes must not tell who exists.
        """
        stored = password_hash.encode() if password_hash else self._nobodys
        for given in dict.fromkeys((password_form(password), password)):
            if await self._is(given.encode(), stored) and password_hash is not None:
                return True
        return False

    async def _is(self, given: bytes, stored: bytes) -> bool:
        same = await self._in_thread(lambda: bcrypt.checkpw(given[:MAX_BYTES], stored))
        return same and len(given) <= MAX_BYTES

    async def _in_thread(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, work)
