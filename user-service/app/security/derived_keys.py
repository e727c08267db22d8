"""Keys that all replicas have without a setting of their own."""

import hmac
import secrets

from sqlalchemy.engine import make_url


def derive_key(database_url: str, purpose: str) -> bytes:
    """Derives a key of 32 bytes from the database's password.

    All replicas have that password, and no copy of the database contains it. Without a
    password, the key is random, and other processes do not have it.
    """
    password = make_url(database_url).password or secrets.token_hex(32)
    return hmac.digest(password.encode(), purpose.encode(), "sha256")
