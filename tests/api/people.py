"""The callers of the services."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

from jose import jwt

from tests.api.authorisation import Actor
from tools.client.shop import Person, Shop
from tools.local.lifecycle import Platform


@dataclass(frozen=True)
class People:
    """All callers except the anonymous one and the service."""

    shop: Shop
    persons: Mapping[Actor, Person]

    @classmethod
    async def of(cls, platform: Platform, shop: Shop) -> Self:
        admin, outdated = await shop.administrator(), await shop.administrator()
        persons = {
            Actor.STRANGER: await shop.register(),
            Actor.OWNER: await shop.register(),
            Actor.ADMIN: admin,
            Actor.EXPIRED: replace(outdated, token=aged(outdated.token, platform)),
            Actor.LOGGED_OUT: await _logged_out(shop),
            Actor.DEACTIVATED: await _deactivated(shop, admin),
        }
        return cls(shop, persons)

    @property
    def owner(self) -> Person:
        return self.persons[Actor.OWNER]

    async def headers(self, actor: Actor) -> dict[str, str]:
        match actor:
            case Actor.ANONYMOUS:
                return {}
            case Actor.SERVICE:
                # With a new token, because it expires after minutes.
                return await self.shop.as_service("order-service")
            case _:
                return self.persons[actor].headers

    async def with_new(self, actor: Actor) -> Self:
        """Returns the same people with a new person for this actor."""
        if actor is Actor.ADMIN:
            person = await self.shop.appoint()
        else:
            person = await self.shop.register()
        return replace(self, persons={**self.persons, actor: person})


def aged(token: str, platform: Platform, by: timedelta = timedelta(hours=1)) -> str:
    """Returns the token as if it had been issued earlier."""
    header = jwt.get_unverified_header(token)
    claims = jwt.get_unverified_claims(token)
    for moment in ("iat", "exp"):
        claims[moment] -= int(by.total_seconds())
    key = platform.layout.signing_keys / f"{header['kid']}.pem"
    signed: str = jwt.encode(claims, key.read_text(), "RS256", header)
    return signed


async def _logged_out(shop: Shop) -> Person:
    admin = await shop.administrator()
    (await shop.services.users.signed_in(admin.token).log_out()).expect(204)
    return admin


async def _deactivated(shop: Shop, by: Person) -> Person:
    admin = await shop.appoint()
    users = shop.services.users.signed_in(by.token)
    (await users.deactivate_user(admin.user_id)).expect(204)
    return admin
