"""Erases the personal data of a user and closes the account permanently."""

from datetime import UTC, datetime

import structlog

from app.events.messages import UserErased
from app.repositories.known_addresses import KnownAddressRows
from app.repositories.provider_identities import ProviderIdentities
from app.services.lock_account import LockAccount
from chassis import Events

log = structlog.get_logger(__name__)


class EraseUser:
    def __init__(
        self,
        lock_account: LockAccount,
        known_addresses: KnownAddressRows,
        identities: ProviderIdentities,
        events: Events,
    ) -> None:
        self._lock_account = lock_account
        self._known_addresses = known_addresses
        self._identities = identities
        self._events = events

    async def erase(self, user_id: int) -> None:
        async with self._lock_account.lock(user_id) as user:
            now = datetime.now(UTC)
            user.erase(now)
            identity = await self._identities.find_of_user(user_id)
            if identity is not None:
                identity.detach(now)
            await self._known_addresses.delete_all_of(user_id)
            self._events.add(UserErased(user_id=user_id))
            log.info("user_erased", user_id=user_id)
