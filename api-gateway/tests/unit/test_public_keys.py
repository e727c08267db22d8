"""Public keys are fetched again soon if the first fetch came too early."""

import httpx

from app.tokens.public_keys import PublicKeys
from chassis.testing import a_peer
from tests.tokens import KEY


async def test_keys_are_fetched_each_second_until_there_are_some() -> None:
    asked, now, published = 0, 100.0, False

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        return httpx.Response(200, json={"keys": [KEY.jwk] if published else []})

    keys = PublicKeys(a_peer(httpx.MockTransport(answer)), clock=lambda: now)
    for _ in range(20):
        assert await keys.find_or_fetch(KEY.kid) is None
    assert asked == 1
    now, published = now + 1.1, True
    assert await keys.find_or_fetch(KEY.kid) is not None
    now += 1.1
    assert await keys.find_or_fetch("unknown") is None
    assert asked == 2
