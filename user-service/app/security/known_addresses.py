"""Records from which addresses accounts have logged in."""

import hmac
import secrets

from sqlalchemy.engine import make_url

from app.models.attempt import UNKNOWN_ADDRESS
from app.repositories.known_addresses import KnownAddressRows


class KnownAddresses:
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


def derive_key(database_url: str) -> bytes:
    """Derives the key of the hashes from the database's password.

    All replicas have that password, and no copy of the database contains it. After a
    change of the password, an address is unknown until its owner logs in again. Without
    a password, the key is random and other processes do not recognize the addresses.
    """
    password = make_url(database_url).password or secrets.token_hex(32)
    return hmac.digest(password.encode(), b"known addresses", "sha256")
