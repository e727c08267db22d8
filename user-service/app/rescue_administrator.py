"""`python -m app.rescue_administrator NAME` creates an administrator with a password.

Use it when the passwords of all administrators are lost. A restart does not help then,
because the service creates a first administrator only if there has never been one.
"""

import argparse
import asyncio
import secrets
import sys
from contextlib import closing

from opentelemetry.sdk.trace import TracerProvider
from pydantic import SecretStr, ValidationError

from app.config.settings import UserSettings
from app.errors import UsernameTaken
from app.models.messages import UserMessage
from app.models.user import Role
from app.schemas.user import UserCreate
from app.security.passwords import Passwords
from app.services.create_user import CreateUser
from chassis import (
    Database,
    DatabaseUnavailable,
    Outbox,
    configure_logging,
    load_settings,
)


async def create_administrator(settings: UserSettings, account: UserCreate) -> None:
    """Creates the account, or raises `UsernameTaken`."""
    url = settings.database_url.get_secret_value()
    with closing(Passwords(settings.bcrypt_cost, 1)) as passwords:
        async with Database(url, 1, TracerProvider()) as database:
            outbox = Outbox(UserMessage, "/user-service", lambda: None)
            await CreateUser(database, passwords, outbox).create(account, Role.ADMIN)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m app.rescue_administrator")
    parser.add_argument("name")
    name = parser.parse_args().name
    settings = load_settings(UserSettings)
    configure_logging("user-service", "WARNING")
    password = secrets.token_urlsafe(24)
    try:
        account = UserCreate(username=name, password=SecretStr(password))
        asyncio.run(create_administrator(settings, account))
    except ValidationError:
        print(f"error: {name!r} is not a valid username", file=sys.stderr)
        return 1
    except DatabaseUnavailable as error:
        print(f"error: {error.detail}", file=sys.stderr)
        return 1
    except UsernameTaken:
        print(f"error: the username {name} is taken; choose another", file=sys.stderr)
        return 1
    print(f"administrator {name}, password {password} (shown only this once)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
