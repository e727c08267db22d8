"""Guessing passwords takes ever longer, and keeps no owner out."""

import math
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import TooManyFailures
from app.models.attempt import Attempt
from app.models.failures import SLOWED_INTERVAL
from app.repositories.failures import Failures
from app.services.known_addresses import KnownAddresses
from chassis import Database

log = structlog.get_logger(__name__)

NO_TIME = timedelta(0)


class Throttle:
    """Counts in the database, so that all replicas share what they know.

    It counts identifiers, not users: one that no user has is throttled like any other,
    or the throttle would reveal which users exist.
    """

    def __init__(self, database: Database, known_addresses: KnownAddresses) -> None:
        self._database = database
        self._known_addresses = known_addresses

    async def admit(self, attempt: Attempt) -> None:
        """Raises `TooManyFailures` if a password must not be checked now."""
        async with self._database.transaction() as session:
            wait = await self._wait(session, attempt)
        if wait > NO_TIME:
            log.warning("password_check_throttled")
            seconds = math.ceil(wait.total_seconds())
            raise TooManyFailures(
                f"too many passwords were wrong: for {seconds} s every password is"
                " refused unchecked, the right one too",
                seconds,
            )

    async def _wait(self, session: AsyncSession, attempt: Attempt) -> timedelta:
        failures = Failures(session)
        wait = await failures.wait_after_row(attempt.key)
        if attempt.counts_for_address:
            wait = max(wait, await failures.wait_of_address(attempt.address))
        if wait > NO_TIME or not await failures.is_slowed(attempt.identifier_key):
            return wait
        # An attack from elsewhere must not keep the owner out.
        if await self._known_addresses.include(
            session, attempt.user_id, attempt.address
        ):
            return NO_TIME
        claimed = await failures.claim_slowed_check(attempt.identifier_key)
        return NO_TIME if claimed else SLOWED_INTERVAL

    async def count(self, attempt: Attempt) -> None:
        """Counts a wrong password."""
        async with self._database.transaction() as session:
            failures = Failures(session)
            await failures.add(attempt.key, attempt.identifier_key)
            if attempt.counts_for_address:
                failures.add_to_address(attempt.address)

    async def reset(self, attempt: Attempt) -> None:
        """Forgets the account's failures in a row at this address, and nothing else."""
        async with self._database.transaction() as session:
            await Failures(session).delete_rows(attempt.keys_of_account)
