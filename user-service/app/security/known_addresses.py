"""Records from which addresses accounts have logged in."""

import hmac

from app.models.attempt import UNKNOWN_ADDRESS
from app.repositories.known_addresses import KnownAddressRows


class KnownAddresses:
    """
    Args:
        key: of the hashes. With another key, an address is unknown until its owner logs
            in again.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    async def contain(
        self, rows: KnownAddressRows, user_id: int | None, address: str
    ) -> bool:
        # No user has the id 0. The query is made even without a user, so that its cost
        # does not reveal whether the user exists.
        user_id = user_id or 0
        return await rows.exists(user_id, self._hash(user_id, address))

    async def add(self, rows: KnownAddressRows, user_id: int, address: str) -> None:
        if address != UNKNOWN_ADDRESS:
            await rows.add(user_id, self._hash(user_id, address))

    def _hash(self, user_id: int, address: str) -> bytes:
        return hmac.digest(self._key, f"{user_id} {address}".encode(), "sha256")
