"""The query for the sessions whose tokens have changed."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

MAX_CHANGES = 1_000


class TokenChanges(NamedTuple):
    """
    Attributes:
        cursor: where the next query continues.
        session_ids: sessions that have changed; None if they are unknown or too many.
    """

    cursor: int
    session_ids: Sequence[UUID] | None


# Time cannot be the cursor: a transaction that commits late has an earlier time than
# changes that have been reported already. Numbers of transactions can: `xmin` is the
# first one that may still be running, so that every lower number has been reported or
# will never commit. Changes of later transactions may be reported twice, never missed.
# Each part has its limit, because the client chooses `since`.
CHANGES = text(
    """
    SELECT
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
        ARRAY(
            (SELECT id FROM sessions WHERE changed_in >= :since LIMIT :limit)
            UNION
            (SELECT sessions.id FROM users JOIN sessions ON user_id = users.id
             WHERE users.changed_in >= :since
             AND revoked_at IS NULL AND expires_at > now() LIMIT :limit)
            LIMIT :limit
        )
    """
).bindparams(bindparam("since", type_=BigInteger), limit=MAX_CHANGES + 1)


async def find_token_changes(
    connection: AsyncConnection, since: int | None
) -> TokenChanges:
    """Returns the sessions that were changed by transactions from `since` on.

    A cursor from the future belongs to another database, such as one that has been
    replaced by a backup.
    """
    rows = await connection.execute(CHANGES, {"since": since})
    cursor, end, session_ids = rows.one()
    is_known = since is not None and since <= end and len(session_ids) <= MAX_CHANGES
    return TokenChanges(cursor, session_ids if is_known else None)
