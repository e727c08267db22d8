"""Keys that all replicas have without a setting of their own."""

import hashlib
import hmac
import secrets

from sqlalchemy.engine import make_url

# Each guess of a password costs about 0.2 s and 16 MiB: OWASP's parameters of scrypt.
COST, BLOCK_SIZE, PARALLELISM = 2**14, 8, 5
# All replicas need the same salt.
SALT = b"pannier user-service"


class DerivedKeys:
    """Derives keys from the database's password.

    All replicas have that password, and no copy of the database contains it. Clients
    get what the keys encrypt, and could guess a weak password from it if a guess were
    cheap. Without a password, the keys are random, and other processes do not have
    them.
    """

    def __init__(self, database_url: str) -> None:
        password = make_url(database_url).password
        self._secret = (
            _stretch(password.encode()) if password else secrets.token_bytes(32)
        )

    def key(self, purpose: str) -> bytes:
        """Returns 32 bytes."""
        return hmac.digest(self._secret, purpose.encode(), "sha256")


def _stretch(password: bytes) -> bytes:
    return hashlib.scrypt(
        password, salt=SALT, n=COST, r=BLOCK_SIZE, p=PARALLELISM, dklen=32
    )
