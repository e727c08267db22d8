"""Idempotency keys: a request that is sent again takes effect once.

A service mixes `IdempotencyRecord` into a table of its own, which also stores the
response, and takes the key in the transaction that does the work.

Source: https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from fastapi import Depends, Header, Request
from pydantic import BaseModel
from sqlalchemy import String, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

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
        self._table = table
        self._identity = identity
        self._is_this = [
            getattr(table, column) == value for column, value in identity.items()
        ]
        # Only the database's clock counts: if the service's clock differed, a key could
        # be neither found nor taken.
        self._has_expired = table.created_at < func.now() - table.LIFETIME

    async def find(self) -> RecordT | None:
        query = select(self._table).where(*self._is_this, ~self._has_expired)
        return await self._session.scalar(query)

    async def take(self, fingerprint: str, **values: Any) -> bool:
        """Stores the key; returns False if another request has it.

        Waits for the transaction of a concurrent request that is taking the key.
        """
        await self._session.execute(
            delete(self._table).where(*self._is_this, self._has_expired)
        )
        statement = (
            insert(self._table)
            .values(fingerprint=fingerprint, **self._identity, **values)
            .on_conflict_do_nothing()
            .returning(self._table.user_id)
        )
        return (await self._session.scalar(statement)) is not None


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
