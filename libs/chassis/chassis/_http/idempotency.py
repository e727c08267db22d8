"""Idempotency keys: a request that is sent again takes effect once.

A service mixes `IdempotencyRecord` into a table of its own, which also stores the
response, and takes the key in the transaction that does the work.

Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, String, bindparam, func, inspect, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.dml import ReturningInsert

from chassis._errors import Conflict, Invalid

HEADER = "Idempotency-Key"
REPLAYED = {"Idempotency-Replayed": "true"}
"""The headers of a response that was given before."""


class IdempotencyKeyReused(Invalid):
    """The Idempotency-Key was sent before with another body."""

    where = "header"


class IdempotencyKeyRepeated(Invalid):
    """A request has more than one Idempotency-Key."""

    where = "header"


class RequestInProgress(Conflict):
    """Another request with the same Idempotency-Key is still in progress."""

    retry_after = 1


class IdempotencyRecord:
    """The columns of a table of idempotency keys; the primary key may have more.

    Attributes:
        fingerprint: identifies the body of the first request with this key.
    """

    __tablename__ = "idempotency_keys"

    LIFETIME: ClassVar = timedelta(hours=24)

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)

    def require_same_request(self, fingerprint: str) -> None:
        if self.fingerprint != fingerprint:
            raise IdempotencyKeyReused(
                "this Idempotency-Key was sent before with another body", HEADER
            )


RecordT = TypeVar("RecordT", bound=IdempotencyRecord)


class IdempotencyKeys(Generic[RecordT]):
    """The queries on idempotency keys.

    Args:
        identity: the primary key, such as `{"user_id": 7, "key": "k"}`.
    """

    def __init__(
        self, session: AsyncSession, table: type[RecordT], identity: Mapping[str, Any]
    ) -> None:
        self._session = session
        self._table: Any = table  # mypy takes no mapped class for hashable
        self._identity = identity

    async def find(self) -> RecordT | None:
        found: RecordT | None
        found = await self._session.scalar(_find(self._table), self._identity)
        return found

    async def take(self, fingerprint: str, **values: Any) -> bool:
        """Stores the key; returns False if another request has it.

        Waits for the transaction of a concurrent request that is taking the key.
        """
        row = {"fingerprint": fingerprint, **self._identity, **values}
        return await self._session.scalar(_take(self._table), row) is not None


# Only the database's clock counts: if the service's clock differed, a key could be
# neither found nor taken.
def _has_expired(table: type[IdempotencyRecord]) -> ColumnElement[bool]:
    return table.created_at < func.now() - table.LIFETIME


@cache
def _find(table: Any) -> Select[Any]:
    is_this = (key == bindparam(key.name) for key in inspect(table).primary_key)
    return select(table).where(*is_this, ~_has_expired(table))


@cache
def _take(table: Any) -> ReturningInsert[Any]:
    """Inserts a row, which replaces an expired one in all its columns."""
    statement = insert(table.__table__)
    rest = [column for column in table.__table__.c if not column.primary_key]
    return statement.on_conflict_do_update(
        index_elements=table.__table__.primary_key,
        set_={column.name: statement.excluded[column.name] for column in rest},
        where=_has_expired(table),
    ).returning(table.user_id)


def fingerprint(body: BaseModel) -> str:
    """Identifies a body, also after a later release has added fields to its schema."""
    sent = body.model_dump_json(exclude_defaults=True)
    return hashlib.sha256(sent.encode()).hexdigest()


_KeyHeader = Annotated[
    str | None,
    Header(
        alias=HEADER,
        min_length=1,
        max_length=255,
        description="requests with the same key take effect once within 24 hours",
    ),
]


async def _idempotency_key(request: Request, key: _KeyHeader = None) -> str | None:
    if len(request.headers.getlist(HEADER)) > 1:
        raise IdempotencyKeyRepeated("must be sent once", HEADER)
    return key


IdempotencyKeyDep = Annotated[str | None, Depends(_idempotency_key)]
