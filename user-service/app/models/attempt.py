"""One password check, as the throttle counts it."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Self

from app.models.user import User, username_key

UNKNOWN_ADDRESS = "unknown"


@dataclass(frozen=True)
class Attempt:
    """A password check for an identifier, requested from an address.

    Attributes:
        kind: log-ins and password changes are counted separately.
        identifier: the username or e-mail address as typed, in lower case, whether or
            not it exists.
        address: the client's address or network.
        user_id: the account with this identifier, if there is one.
        identifiers: all identifiers of this account.
    """

    kind: Literal["log-in", "password-change"]
    identifier: str
    address: str
    user_id: int | None
    identifiers: Collection[str] = ()

    @classmethod
    def to_log_in(cls, typed: str, address: str, user: User | None) -> Self:
        identifier = username_key(typed)
        names = {user.username, user.email or ""} if user else set()
        return cls(
            "log-in",
            identifier,
            address,
            user.id if user else None,
            {identifier, *map(username_key, names)},
        )

    @classmethod
    def to_change_password(cls, user: User, address: str) -> Self:
        identifier = str(user.id)
        return cls("password-change", identifier, address, user.id, {identifier})

    @property
    def counts_for_address(self) -> bool:
        """False for signed-in clients: they may share an attacker's address."""
        return self.kind == "log-in"

    @property
    def identifier_key(self) -> bytes:
        return _digest(self.kind, self.identifier)

    @property
    def key(self) -> bytes:
        return _digest(self.kind, self.identifier, self.address)

    @property
    def keys_of_account(self) -> list[bytes]:
        return [_digest(self.kind, each, self.address) for each in self.identifiers]


def _digest(*parts: str) -> bytes:
    # Requests with a NUL are rejected earlier, so it can separate the parts.
    return hashlib.sha256("\0".join(parts).encode()).digest()
