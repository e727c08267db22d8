"""Guessing passwords takes ever longer."""

import hashlib
import math
from datetime import timedelta

import structlog

from app.models.user import username_key
from app.repositories.failures import Failures
from chassis import Database, TooManyRequests

log = structlog.get_logger(__name__)


class TooManyFailures(TooManyRequests):
    """Too many passwords were wrong, for this account or from this address."""


class Throttle:
    """What it knows is in the database, and so shared by all replicas.

    It knows names, not users: one that nobody has is throttled like any other, or
    the throttle would tell who exists.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def admit(self, username: str, address: str) -> None:
        """Raises `TooManyFailures` where a password must not be checked now."""
        async with self._database.transaction() as session:
            failures = Failures(session)
            wait = max(
                await failures.wait_of_account(account_digest(username)),
                await failures.wait_of_address(address),
            )
        if wait > timedelta(0):
            log.warning("password_check_throttled")
            seconds = math.ceil(wait.total_seconds())
            raise TooManyFailures(
                f"too many passwords were wrong: try again in {seconds} s", seconds
            )

    async def count(self, username: str, address: str) -> None:
        async with self._database.transaction() as session:
            await Failures(session).add(account_digest(username), address)

    async def forget(self, username: str) -> None:
        """A right password makes up for the wrong ones, but not for the address's."""
        async with self._database.transaction() as session:
            await Failures(session).forget_account(account_digest(username))


def account_digest(username: str) -> bytes:
    """What an account is counted under."""
    return hashlib.sha256(username_key(username).encode()).digest()
