"""Queries on the addresses from which accounts have logged in."""

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.models.known_address import KNOWN_ADDRESSES_PER_USER, KnownAddress


class KnownAddressRows:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def exists(self, user_id: int, address_hash: bytes) -> bool:
        found = await self._session.get(KnownAddress, (user_id, address_hash))
        return found is not None

    async def add(self, user_id: int, address_hash: bytes) -> None:
        """Stores the address as the latest, and deletes the oldest beyond the limit."""
        await self._session.execute(
            insert(KnownAddress)
            .values(user_id=user_id, address_hash=address_hash, used_at=func.now())
            .on_conflict_do_update(
                index_elements=[KnownAddress.user_id, KnownAddress.address_hash],
                set_={"used_at": func.now()},
            )
        )
        key = tuple_(KnownAddress.user_id, KnownAddress.address_hash)
        too_many = (
            select(KnownAddress.user_id, KnownAddress.address_hash)
            .where(KnownAddress.user_id == user_id)
            .order_by(KnownAddress.used_at.desc())
            .offset(KNOWN_ADDRESSES_PER_USER)
            # Another log-in may be using an old row right now: it is no longer old.
            .with_for_update(skip_locked=True)
        )
        await self._session.execute(delete(KnownAddress).where(key.in_(too_many)))

    async def delete_all_of(self, user_id: int) -> None:
        await self._session.execute(
            delete(KnownAddress).where(KnownAddress.user_id == user_id)
        )
