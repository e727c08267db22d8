"""Many guesses at once are a few guesses."""

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta

from app.models.failures import AccountFailures
from app.services.check_password import CheckPassword
from app.services.passwords import MOST_IN_LINE, Passwords
from app.services.throttle import Throttle, TooManyFailures, account_digest
from chassis import Database

WIDTH = 2
GUESSES = WIDTH * MOST_IN_LINE


async def test_of_guesses_sent_at_once_few_are_looked_at(database: Database) -> None:
    async with database.transaction() as session:
        session.add(
            AccountFailures(
                account=account_digest("ada"),
                failures=20,
                failed_at=datetime.now(UTC) - timedelta(minutes=2),
            )
        )
    with closing(Passwords(4, WIDTH)) as passwords:
        check = CheckPassword(Throttle(database), passwords)
        outcomes = await asyncio.gather(
            *(check("ada", None, f"guess {n}", f"192.0.2.{n}") for n in range(GUESSES)),
            return_exceptions=True,
        )

    looked_at = [outcome for outcome in outcomes if outcome is False]
    refused = [outcome for outcome in outcomes if isinstance(outcome, TooManyFailures)]
    assert 1 <= len(looked_at) <= WIDTH
    assert len(looked_at) + len(refused) == GUESSES
