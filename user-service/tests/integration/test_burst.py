"""Few concurrent guesses get past the throttle."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta

from app.errors import TooManyFailures
from app.models.attempt import Attempt
from app.models.failures import FailuresInARow, IdentifierFailure
from app.security.known_addresses import KnownAddresses
from app.security.passwords import MAX_CALLERS_PER_THREAD, SLOTS_AHEAD, Passwords
from app.security.throttle import Throttle
from app.services.check_password import CheckPassword
from chassis import Database

WIDTH = 2
GUESSES = WIDTH * MAX_CALLERS_PER_THREAD


def attempt(address: str) -> Attempt:
    return Attempt.to_log_in("ada", address, None)


async def guess_at_once(database: Database, addresses: Iterable[str]) -> int:
    """Returns how many guesses were checked; all others were throttled."""
    with closing(Passwords(4, WIDTH)) as passwords:
        throttle = Throttle(database, KnownAddresses(b"key"))
        check = CheckPassword(throttle, passwords)
        outcomes = await asyncio.gather(
            *(check.check(attempt(address), None, "guess") for address in addresses),
            return_exceptions=True,
        )
    checked = sum(outcome is False for outcome in outcomes)
    throttled = sum(isinstance(outcome, TooManyFailures) for outcome in outcomes)
    assert checked + throttled == GUESSES
    return checked


async def test_concurrent_guesses_are_mostly_unchecked(database: Database) -> None:
    async with database.transaction() as session:
        session.add(
            FailuresInARow(
                key=attempt("192.0.2.1").key,
                failures=20,
                failed_at=datetime.now(UTC) - timedelta(minutes=2),
            )
        )

    checked = await guess_at_once(database, ["192.0.2.1"] * GUESSES)

    assert 1 <= checked <= WIDTH + SLOTS_AHEAD


async def test_slowed_identifier_is_checked_once_across_addresses(
    database: Database,
) -> None:
    key = attempt("").identifier_key
    async with database.transaction() as session:
        session.add_all(IdentifierFailure(identifier=key) for _ in range(100))

    addresses = [f"192.0.2.{number}" for number in range(GUESSES)]
    started = time.monotonic()
    checked = await guess_at_once(database, addresses)

    assert 1 <= checked <= 1 + time.monotonic() - started
