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
        async with self._database.transaction() as session:
            delay = await self._remaining_delay(
                Failures(session), KnownAddressRows(session), attempt
            )
        if delay > NO_TIME:
            log.warning("password_check_throttled")
            seconds = math.ceil(delay.total_seconds())
            raise TooManyFailures(
                f"there were too many wrong passwords: for {seconds} s no password is"
                " checked, not even the right one",
                seconds,
            )

    async def _remaining_delay(
        self, failures: Failures, known: KnownAddressRows, attempt: Attempt
    ) -> timedelta:
        delay = await failures.remaining_delay(attempt.key)
        if attempt.counts_for_address:
            address_delay = await failures.remaining_delay_of_address(attempt.address)
            delay = max(delay, address_delay)
        if delay > NO_TIME or not await failures.is_slowed(attempt.identifier_key):
            return delay
        # An attack from other addresses must not lock the owner out.
        if await self._known_addresses.contain(known, attempt.user_id, attempt.address):
            return NO_TIME
        claimed = await failures.claim_slowed_check(attempt.identifier_key)
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
