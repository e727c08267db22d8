"""The statements with which senders claim notifications and record that they are sent.

Every notification needs both, so they bypass the ORM. Each batch takes one statement,
which is built once and commits itself.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Table,
    any_,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models.claimed_notification import ClaimedNotification
from app.models.notification import ChannelKind, Notification, Status

_TABLE = cast(Table, Notification.__table__)
_ROW = _TABLE.c
_NOW = bindparam("now", type_=DateTime(timezone=True))
_UNTIL = bindparam("until", type_=DateTime(timezone=True))

_DUE = (
    select(_ROW.id)
    .where(
        _ROW.channel == bindparam("kind", type_=_ROW.channel.type),
        _ROW.address_wanted.is_(False),
        _ROW.status == Status.PENDING,
        _ROW.next_attempt_at <= _NOW,
        or_(_ROW.claimed_until.is_(None), _ROW.claimed_until <= _NOW),
    )
    .order_by(_ROW.next_attempt_at, _ROW.id)
    .limit(bindparam("limit", type_=BigInteger))
    .with_for_update(skip_locked=True)
    .cte("due")
)
_CLAIM = (
    update(_TABLE)
    .where(_ROW.id == _DUE.c.id)
    .values(claimed_until=_UNTIL, attempts=_ROW.attempts + 1)
    .returning(*(_ROW[name] for name in ClaimedNotification._fields))
)
_MARK_SENT = (
    update(_TABLE)
    .where(
        _ROW.id == any_(bindparam("ids", type_=ARRAY(BigInteger))),
        _ROW.claimed_until == _UNTIL,
        _ROW.status == Status.PENDING,
    )
    .values(status=Status.SENT, sent_at=_NOW, error=None, claimed_until=None)
    .returning(_ROW.id)
)


class Deliveries:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def claim(
        self, channel: ChannelKind, now: datetime, until: datetime, limit: int
    ) -> Sequence[ClaimedNotification]:
        """Leases the notifications to send next, and counts an attempt of each.

        Those that another sender is claiming at the moment are left out.
        """
        given = {"kind": channel, "now": now, "until": until, "limit": limit}
        rows = await self._connection.execute(_CLAIM, given)
        return sorted(ClaimedNotification(*row) for row in rows)

    async def mark_sent(
        self, ids: Collection[int], until: datetime, now: datetime
    ) -> Collection[int]:
        """Records that these are sent; returns those whose lease still ends at `until`.

        The others are erased, or another sender has claimed them.
        """
        given = {"ids": list(ids), "until": until, "now": now}
        return set(await self._connection.scalars(_MARK_SENT, given))
