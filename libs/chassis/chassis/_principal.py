"""The caller of a request, whom a token identifies."""

from typing import Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Principal(BaseModel):
    """The caller: a user, or a service (which has no `user_id`).

    Attributes:
        sid: the session that the access token belongs to.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    user_id: int | None
    username: str
    email: str | None = None
    full_name: str | None = None
    roles: frozenset[str]
    sid: UUID | None = None

    @property
    def is_admin(self) -> bool:
        return "admin" in self.roles


class User(Principal):
    """A signed-in user."""

    user_id: int


class TokenValidator(Protocol):
    async def validate(self, token: str) -> Principal:
        """Returns the caller.

        Raises:
            Unauthenticated: the token is not valid.
            Unavailable: the token cannot be checked at the moment.
        """
        ...
