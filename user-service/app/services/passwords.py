"""Password hashes: bcrypt, in threads, as one takes some 200 ms of a core."""

import asyncio
import secrets
from concurrent.futures import Executor

import bcrypt

from app.schemas.password import MAX_BYTES


class Passwords:
    """Hashes passwords and compares them.

    Args:
        cost: the logarithm of bcrypt's rounds.
        threads: no more of them than there are cores, lest the event loop starve.
    """

    def __init__(self, cost: int, threads: Executor) -> None:
        self._cost = cost
        self._threads = threads
        self._nobodys = bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt(cost))

    async def hash(self, password: str) -> str:
        hashed = await asyncio.get_running_loop().run_in_executor(
            self._threads,
            lambda: bcrypt.hashpw(password.encode(), bcrypt.gensalt(self._cost)),
        )
        return hashed.decode()

    async def match(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is the one that was hashed.

        Where there is no hash, or the password is too long for any, it is compared
        with nobody's: the time that the answer takes must not tell who exists.
        """
        given = password.encode()
        comparable = password_hash is not None and len(given) <= MAX_BYTES
        stored = password_hash.encode() if password_hash else self._nobodys
        same = await asyncio.get_running_loop().run_in_executor(
            self._threads, bcrypt.checkpw, given[:MAX_BYTES], stored
        )
        return same and comparable
