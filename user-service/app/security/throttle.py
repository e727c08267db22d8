"""Delays password checks after wrong passwords, without locking the owner out."""

import math
from datetime import timedelta

import structlog

from app.errors import TooManyFailures
from app.models.attempt import Attempt
from app.models.failures import SLOWED_INTERVAL
from app.repositories.failures import Failures
from app.repositories.known_addresses import KnownAddressRows
from app.security.known_addresses import KnownAddresses
from chassis import Database

log = structlog.get_logger(__name__)

NO_TIME = timedelta(0)


class Throttle:
    """Limits password checks by identifier and by client address.

    It counts in the database, so that all replicas share the counts. It counts
    identifiers, whether or not a user has them; otherwise the throttle would reveal
    which users exist.
    """

    def __init__(self, database: Database, known_addresses: KnownAddresses) -> None:
        self._database = database
        self._known_addresses = known_addresses

    async def require_allowed(self, attempt: Attempt) -> None:
        """Raises `TooManyFailures` if the password must not be checked now."""
        delay = await self._remaining_delay(attempt)
        if delay > NO_TIME:
            log.warning("password_check_throttled")
            seconds = math.ceil(delay.total_seconds())
            raise TooManyFailures(
                f"there were too many wrong passwords: for {seconds} s no password is"
                " checked, not even the right one",
                seconds,
            )

    async def _remaining_delay(self, attempt: Attempt) -> timedelta:
        async with self._database.transaction(of_one_statement=True) as session:
            past = await Failures(session).of(
                attempt.key, attempt.identifier_key, attempt.address
            )
        delay = past.delay
        if attempt.counts_for_address:
            delay = max(delay, past.address_delay)
        if delay > NO_TIME or not past.is_slowed:
            return delay
        return await self._slowed_delay(attempt)

    async def _slowed_delay(self, attempt: Attempt) -> timedelta:
        """Returns the delay for an identifier that has failed too often."""
        async with self._database.transaction() as session:
            # An attack from other addresses must not lock the owner out.
            known = KnownAddressRows(session)
            if await self._known_addresses.contain(
                known, attempt.user_id, attempt.address
            ):
                return NO_TIME
            claimed = await Failures(session).claim_slowed_check(attempt.identifier_key)
        return NO_TIME if claimed else SLOWED_INTERVAL

    async def count_failure(self, attempt: Attempt) -> None:
        async with self._database.transaction() as session:
            failures = Failures(session)
            await failures.add(attempt.key, attempt.identifier_key)
            if attempt.counts_for_address:
                await failures.add_to_address(attempt.address)

    async def reset_failures(self, attempt: Attempt) -> None:
        """Resets the account's failures in a row from this address, and no others."""
        async with self._database.transaction(of_one_statement=True) as session:
            await Failures(session).delete_failures_in_a_row(attempt.keys_of_account)
