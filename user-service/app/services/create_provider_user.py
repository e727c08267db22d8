"""Creates the account of a user who comes from an OpenID Connect provider."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import structlog
from pydantic import TypeAdapter, ValidationError

from app.errors import EmailTaken, UsernameTaken
from app.models.user import User
from app.repositories.users import Users
from app.schemas.email import Email
from app.schemas.user import FullName, Username
from app.security.provider_tokens import ProviderToken
from app.services.store_user import StoreUser

log = structlog.get_logger(__name__)

USERNAME: TypeAdapter[str] = TypeAdapter(Username)
FULL_NAME: TypeAdapter[str] = TypeAdapter(FullName)
EMAIL: TypeAdapter[str] = TypeAdapter(Email)


class CreateProviderUser:
    """Creates accounts without a password.

    It never looks for an account with the same e-mail address: a person who can
    register that address at the provider would get the account here.
    """

    def __init__(self, users: Users, store_user: StoreUser) -> None:
        self._users = users
        self._store_user = store_user

    async def create(self, token: ProviderToken) -> User:
        email = _email(token)
        full_name = _valid(FULL_NAME, token.claims.find("name"))
        usernames = _usernames(token)
        username = next(usernames)
        while True:
            try:
                async with self._users.savepoint():
                    user = User.register_without_password(
                        username, email, full_name, token.role
                    )
                    await self._store_user.store(user)
            except UsernameTaken:
                username = next(usernames)
            except EmailTaken:
                email = None
            else:
                log.info(
                    "provider_user_created",
                    user_id=user.id,
                    provider=token.provider.name,
                )
                return user


def _usernames(token: ProviderToken) -> Iterator[str]:
    claimed = _valid(USERNAME, token.claims.find(token.provider.username_claim))
    if claimed is not None:
        yield claimed
    yield f"user-{token.identity.hex[:12]}"
    while True:
        yield f"user-{uuid4().hex[:12]}"


def _email(token: ProviderToken) -> str | None:
    is_verified = token.claims.find("email_verified") is True
    if not is_verified or not token.provider.trust_verified_email:
        return None
    return _valid(EMAIL, token.claims.find("email"))


def _valid(adapter: TypeAdapter[str], value: Any) -> str | None:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        return None
