"""The people of the demo: who they are, and how they come in."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.demo.clients import DemoError, Doors, Headers, every, expect
from tools.demo.passwords import Password, administrator_passwords

PEOPLE = Path(__file__).with_name("people.toml")


@dataclass(frozen=True)
class Person:
    username: str
    full_name: str
    address: str


class Guests:
    """The people of the demo, with accounts by now; each signs in when needed."""

    def __init__(
        self,
        doors: Doors,
        password: Password,
        people: Iterable[Person],
        user_ids: Mapping[str, int],
    ) -> None:
        self.user_ids = user_ids
        self._doors = doors
        self._password = password
        self._addresses = {person.username: person.address for person in people}
        self._signed_in: dict[str, Headers] = {}

    def address(self, username: str) -> str:
        return self._addresses[username]

    def headers(self, username: str) -> Headers:
        if username not in self._signed_in:
            headers = log_in(self._doors, username, self._password.value)
            if headers is None:
                raise DemoError(
                    f"{username} exists, with another password. Give that as "
                    "DEMO_PASSWORD, or begin anew: `make clean up demo`"
                )
            self._signed_in[username] = headers
        return self._signed_in[username]


def load_people() -> list[Person]:
    return [Person(**person) for person in tomllib.loads(PEOPLE.read_text())["people"]]


def find_accounts(
    doors: Doors, people: Iterable[Person], administrator: Headers
) -> dict[str, int]:
    """The ids of those who have an account, by username."""
    listed = {
        user["username"].lower(): user["id"]
        for user in every(doors.users, "/users", administrator)
    }
    wanted = {person.username for person in people}
    return {username: listed[username] for username in wanted & listed.keys()}


def register(doors: Doors, person: Person, password: Password) -> int:
    """Returns the id of the new account."""
    account = {
        "username": person.username,
        "password": password.value,
        "email": f"{person.username}@example.com",
        "full_name": person.full_name,
    }
    user_id: int = expect(doors.users.post("/register", json=account), 201)["id"]
    return user_id


def sign_in_administrator(doors: Doors, environment: Mapping[str, str]) -> Headers:
    username = environment.get("ADMIN_USERNAME", "admin")
    for password in administrator_passwords(environment):
        headers = log_in(doors, username, password)
        if headers is not None:
            return headers
    raise DemoError(f"what is the password of {username}? Give it as ADMIN_PASSWORD")


def log_in(doors: Doors, username: str, password: str) -> Headers | None:
    form = {"username": username, "password": password}
    answer = doors.users.post("/login", data=form)
    if answer.status_code == 401:
        return None
    return {"Authorization": f"Bearer {expect(answer, 200)['access_token']}"}
