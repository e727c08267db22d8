"""Queries on users of OpenID Connect providers, and on what has ended there."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.provider_identity import (
    EndedProviderSession,
    ProviderIdentity,
    UsedLogoutToken,
)


class ProviderIdentities:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def lock(self, ids: Collection[UUID]) -> None:
        """Locks identities and sessions of a provider, even those without a row.

        So the first sight of a user happens once, and a log-out is not missed by a
        token that is first seen at the same time. The order prevents deadlocks.
        """
        keys = sorted(int.from_bytes(each.bytes[:8], signed=True) for each in ids)
        for key in keys:
            await self._session.execute(select(func.pg_advisory_xact_lock(key)))

    async def find(self, identity_id: UUID) -> ProviderIdentity | None:
        return await self._session.get(ProviderIdentity, identity_id)

    async def find_of_user(self, user_id: int) -> ProviderIdentity | None:
        query = select(ProviderIdentity).where(ProviderIdentity.user_id == user_id)
        return await self._session.scalar(query)

    def add(self, identity: ProviderIdentity) -> None:
        self._session.add(identity)

    async def has_ended(self, provider_session: UUID) -> bool:
        query = select(exists().where(EndedProviderSession.id == provider_session))
        return bool(await self._session.scalar(query))

    async def end_session(self, provider_session: UUID, now: datetime) -> None:
        statement = insert(EndedProviderSession).values(
            id=provider_session, ended_at=now
        )
        await self._session.execute(statement.on_conflict_do_nothing())

    async def use_logout_token(self, token_id: UUID, now: datetime) -> bool:
        """Returns whether the token was not used before."""
        statement = insert(UsedLogoutToken).values(id=token_id, used_at=now)
        used = await self._session.execute(
            statement.on_conflict_do_nothing().returning(UsedLogoutToken.id)
        )
        return used.one_or_none() is not None
