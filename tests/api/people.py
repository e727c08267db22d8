"""The callers of the services."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

from jose import jwt

from tests.api.authorisation import Actor
from tools.client.shop import PASSWORD, Person, Shop
from tools.local.lifecycle import Platform


@dataclass(frozen=True)
class People:
    """All callers except the anonymous one and the service.

    Attributes:
        client: what order-service shows to get a token of its own.
    """

    shop: Shop
    persons: Mapping[Actor, Person]
    client: Mapping[str, str]

    @classmethod
    async def of(cls, platform: Platform, shop: Shop) -> Self:
        environment = platform.environment("order-service")
        client = {
            "client_id": environment["SERVICE_CLIENT_ID"],
            "client_secret": environment["SERVICE_CLIENT_SECRET"],
        }
        admin, outdated = await shop.administrator(), await shop.administrator()
        persons = {
            Actor.STRANGER: await shop.register(),
            Actor.OWNER: await shop.register(),
            Actor.ADMIN: admin,
            Actor.EXPIRED: replace(outdated, token=aged(outdated.token, platform)),
            Actor.LOGGED_OUT: await _logged_out(shop),
            Actor.DEACTIVATED: await _deactivated(shop, admin),
        }
        return cls(shop, persons, client)

    @property
    def owner(self) -> Person:
        return self.persons[Actor.OWNER]

    async def headers(self, actor: Actor) -> dict[str, str]:
        match actor:
            case Actor.ANONYMOUS:
                return {}
            case Actor.SERVICE:
                # It lasts only minutes; there is a new one for the asking.
                token = await self._service_token()
                return {"Authorization": f"Bearer {token}"}
            case _:
                return self.persons[actor].headers

    async def with_new(self, actor: Actor) -> Self:
        """Returns the same people with a new person for this actor."""
        if actor is Actor.ADMIN:
            person = await _administrator(self.shop, self.persons[Actor.ADMIN])
        else:
            person = await self.shop.register()
        return replace(self, persons={**self.persons, actor: person})

    async def _service_token(self) -> str:
        form = {"grant_type": "client_credentials", **self.client}
        answer = await self.shop.users.post("/oauth/token", data=form)
        assert answer.status_code == 200, answer.text
        token: str = answer.json()["access_token"]
        return token


def aged(token: str, platform: Platform, by: timedelta = timedelta(hours=1)) -> str:
    """Returns the token as if it had been issued earlier."""
    kid = jwt.get_unverified_header(token)["kid"]
    claims = jwt.get_unverified_claims(token)
    for moment in ("iat", "exp"):
        claims[moment] -= int(by.total_seconds())
    key = platform.layout.signing_keys / f"{kid}.pem"
    signed: str = jwt.encode(claims, key.read_text(), "RS256", {"kid": kid})
    return signed


async def _logged_out(shop: Shop) -> Person:
    admin = await shop.administrator()
    answer = await shop.users.post("/logout", headers=admin.headers)
    assert answer.status_code == 204, answer.text
    return admin


async def _deactivated(shop: Shop, by: Person) -> Person:
    admin = await _administrator(shop, by)
    answer = await shop.users.delete(f"/users/{admin.user_id}", headers=by.headers)
    assert answer.status_code == 204, answer.text
    return admin


async def _administrator(shop: Shop, by: Person) -> Person:
    """Returns a new administrator, signed in."""
    name = f"root-{uuid.uuid4().hex[:10]}"
    account = {"username": name, "password": PASSWORD, "role": "admin"}
    answer = await shop.users.post("/users", json=account, headers=by.headers)
    assert answer.status_code == 201, answer.text
    return await shop.log_in(answer.json()["id"], name, PASSWORD)
