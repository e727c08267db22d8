"""The people of the demo: who they are, and their accounts."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.client.services import Services
from tools.demo.passwords import Password, administrator_passwords
from tools.local.errors import PlatformError

PEOPLE = Path(__file__).with_name("people.toml")


@dataclass(frozen=True)
class Person:
    username: str
    full_name: str
    address: str


class People:
    """The people of the demo, who have accounts; each logs in when first needed."""

    def __init__(
        self,
        services: Services,
        password: Password,
        persons: Iterable[Person],
        user_ids: Mapping[str, int],
    ) -> None:
        self.user_ids = user_ids
        self._services = services
        self._password = password
        self._addresses = {person.username: person.address for person in persons}
        self._tokens: dict[str, str] = {}

    def address(self, username: str) -> str:
        return self._addresses[username]

    async def token(self, username: str) -> str:
        if username not in self._tokens:
            token = await log_in(self._services, username, self._password.value)
            if token is None:
                raise PlatformError(
                    f"{username} exists with another password. Give it as "
                    "DEMO_PASSWORD, or start again: `make clean up demo`"
                )
            self._tokens[username] = token
        return self._tokens[username]


def load_people() -> list[Person]:
    return [Person(**person) for person in tomllib.loads(PEOPLE.read_text())["people"]]


async def find_accounts(
    services: Services, persons: Iterable[Person], admin_token: str
) -> dict[str, int]:
    """Returns the user ids of the people who have an account, by username."""
    users = services.users.signed_in(admin_token)
    first = await users.list_users(limit=100)
    listed = {user["username"].lower(): user["id"] async for user in users.every(first)}
    wanted = {person.username for person in persons}
    return {username: listed[username] for username in wanted & listed.keys()}


async def register(services: Services, person: Person, password: Password) -> int:
    """Returns the id of the new account."""
    registered = await services.users.register_user(
        {
            "username": person.username,
            "password": password.value,
            "email": f"{person.username}@example.com",
            "full_name": person.full_name,
        }
    )
    return registered.expect(201)["id"]


async def log_in_administrator(
    services: Services, environment: Mapping[str, str]
) -> str:
    username = environment.get("ADMIN_USERNAME", "admin")
    for password in administrator_passwords(environment):
        token = await log_in(services, username, password)
        if token is not None:
            return token
    raise PlatformError(f"the password of {username} is needed: ADMIN_PASSWORD=...")


async def log_in(services: Services, username: str, password: str) -> str | None:
    """Returns an access token; None if the password is wrong."""
    answer = await services.users.log_in({"username": username, "password": password})
    if answer.status == 401:
        return None
    return answer.expect(200)["access_token"]
