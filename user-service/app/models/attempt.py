"""One attempt to give the right password, as the throttle counts it."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Self

from app.models.user import User, username_key

UNKNOWN_ADDRESS = "unknown"


@dataclass(frozen=True)
class Attempt:
    """An attempt on an identifier from an address.

    Attributes:
        kind: log-ins and changes of the password are counted apart.
        identifier: a username or e-mail address as it was typed, whether it exists or
            not, in small letters.
        address: the address of the client, or its network.
        user_id: the account that the identifier means, if there is one.
        identifiers: all identifiers that mean this account.
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
        """Not if the client is signed in: it may share its address with an attacker."""
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
    # No text of a request contains NUL.
    return hashlib.sha256("\0".join(parts).encode()).digest()
