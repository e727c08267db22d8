"""A signing key replaces another, and no request is refused in between."""

import asyncio
import os
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jwt

from chassis.testing import eventually
from tools.client.shop import PASSWORD, Person, Shop
from tools.local.files import write_private
from tools.local.lifecycle import Platform


class Visitor:
    """A customer who uses a token at every service, repeatedly, and logs in again."""

    def __init__(self, shop: Shop, person: Person) -> None:
        self._shop = shop
        self._person = person
        self.token = person.token
        self.answers: Counter[int] = Counter()
        self.rounds = 0

    async def visit(self) -> None:
        shop = self._shop
        requests = [
            (shop.users, "/me"),
            (shop.orders, "/orders"),
            (shop.notifications, "/notifications"),
        ]
        while True:
            headers = {"Authorization": f"Bearer {self.token}"}
            for client, path in requests:
                answer = await client.get(path, headers=headers)
                self.answers[answer.status_code] += 1
            await self.log_in()
            self.rounds += 1

    async def log_in(self) -> str | None:
        """A new token, unless the platform is too busy at the moment."""
        form = {"username": self._person.username, "password": PASSWORD}
        answer = await self._shop.users.post("/login", data=form)
        self.answers[answer.status_code] += 1
        token: str | None = answer.json().get("access_token")
        return token

    async def has_come_round(self) -> None:
        goal = self.rounds + 2

        async def check() -> bool:
            return self.rounds >= goal

        await eventually(check, within=60)


@asynccontextmanager
async def visiting(visitors: list[Visitor]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(visitor.visit()) for visitor in visitors]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
def keys(platform: Platform) -> Iterator[tuple[Path, Path]]:
    """The file of the one key, and where the next one belongs; one of them stays."""
    (present,) = platform.layout.signing_keys.glob("*.pem")
    following = present.with_stem(f"{present.stem}-next")
    yield present, following
    if present.exists():
        following.unlink(missing_ok=True)


def put_key(file: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(file, pem)


async def published(shop: Shop) -> list[str]:
    """The names of the keys that count, once the folder has been looked at anew.

    A token with an unknown key id makes user-service read the folder.
    """
    token = jwt.encode({}, "secret", "HS256", {"kid": uuid.uuid4().hex})
    await shop.users.post("/validate-token", json={"token": token})
    known = (await shop.users.get("/.well-known/jwks.json")).json()
    return [key["kid"] for key in known.get("keys", [])]


def kid(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


async def test_key_rotation_under_load_rejects_no_token(
    shop: Shop, keys: tuple[Path, Path]
) -> None:
    old, new = keys
    visitors = [Visitor(shop, await shop.register()) for _ in range(4)]
    first_token = visitors[0].token
    lamp = await shop.sell(await shop.register(), quantity=2)
    await shop.buy(await shop.register(), lamp)

    async def are_published(*files: Path) -> bool:
        return await published(shop) == [file.stem for file in files]

    async def new_one_signs() -> bool:
        await published(shop)
        token = await visitors[0].log_in()
        return token is not None and kid(token) == new.stem

    async with visiting(visitors):
        put_key(new)
        await eventually(lambda: are_published(old, new), within=60)
        assert kid(await eventually(visitors[0].log_in)) == old.stem
        an_hour_ago = time.time() - 3600
        os.utime(new, (an_hour_ago, an_hour_ago))
        await eventually(new_one_signs, within=60)
        await asyncio.gather(*(visitor.has_come_round() for visitor in visitors))
        for visitor in visitors:
            visitor.token = await eventually(visitor.log_in)
        await asyncio.gather(*(visitor.has_come_round() for visitor in visitors))
        old.unlink()
        await eventually(lambda: are_published(new), within=60)
        await asyncio.gather(*(visitor.has_come_round() for visitor in visitors))

    answers = sum((visitor.answers for visitor in visitors), Counter[int]())
    assert answers[401] == 0, answers
    assert answers[200] > 50
    assert (await shop.order(await shop.register(), lamp)).status_code == 201
    headers = {"Authorization": f"Bearer {first_token}"}
    assert (await shop.users.get("/me", headers=headers)).status_code == 401
