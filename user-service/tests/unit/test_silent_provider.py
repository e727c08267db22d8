"""A provider that is silent holds few of the requests that the service admits."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import pytest

from app.errors import ProviderUnavailable
from app.security import provider_keys
from app.security.login_states import LoginState
from app.security.provider_places import LOGINS, UNKNOWN_KEYS, ProviderPlaces
from chassis.testing import eventually
from tests.provider_network import ProviderNetwork, a_login

NOW = time.time()
STATE = LoginState.begin("shop", "/")
# In seconds. A call that waits would wait for the provider, which stays silent.
AT_ONCE = 10.0


@asynccontextmanager
async def at_once(
    number: int, call: Callable[[], Awaitable[object]]
) -> AsyncIterator[Sequence[asyncio.Future[object]]]:
    """Keeps calls in progress."""
    calls = [asyncio.ensure_future(call()) for _ in range(number)]
    await asyncio.sleep(0)  # each of them begins
    try:
        yield calls
    finally:
        for each in calls:
            each.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


async def test_log_ins_above_eight_are_refused_at_once() -> None:
    network = ProviderNetwork()
    network.publish()
    places = ProviderPlaces(LOGINS)
    one, other = a_login(network, places), a_login(network, places)

    async with at_once(8, lambda: one.redeem(STATE, "code")):
        await eventually(network.are_waiting(8))
        for login in (one, other):
            with pytest.raises(ProviderUnavailable):
                await asyncio.wait_for(login.redeem(STATE, "code"), AT_ONCE)


async def test_log_ins_that_end_leave_their_places() -> None:
    network = ProviderNetwork()
    network.publish()
    login = a_login(network)
    async with at_once(8, lambda: login.redeem(STATE, "code")) as ended:
        await eventually(network.are_waiting(8))
        network.end_waiting()
        assert all(
            isinstance(each, ProviderUnavailable)
            for each in await asyncio.gather(*ended, return_exceptions=True)
        )
    network.be_silent()

    async with at_once(8, lambda: login.redeem(STATE, "code")):
        await eventually(network.are_waiting(8))


async def test_log_ins_that_await_metadata_are_as_few() -> None:
    login = a_login(ProviderNetwork())

    async with at_once(8, lambda: login.authorization_url(STATE)):
        with pytest.raises(ProviderUnavailable):
            await asyncio.wait_for(login.authorization_url(STATE), AT_ONCE)


async def test_log_in_begins_without_place_when_metadata_are_known() -> None:
    network = ProviderNetwork()
    network.publish()
    login = a_login(network)
    await login.tokens.keys.refresh()

    async with at_once(8, lambda: login.redeem(STATE, "code")):
        assert await asyncio.wait_for(login.authorization_url(STATE), AT_ONCE)


async def test_only_few_tokens_wait_for_unknown_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(provider_keys, "WAIT_SECONDS", 2 * AT_ONCE)
    keys = a_login(ProviderNetwork()).tokens.keys

    async with at_once(UNKNOWN_KEYS, lambda: keys.find("new", NOW)):
        with pytest.raises(ProviderUnavailable):
            await asyncio.wait_for(keys.find("new", NOW), AT_ONCE)


async def test_token_without_place_makes_key_known_nevertheless() -> None:
    network = ProviderNetwork()
    network.publish()
    keys = a_login(network, unknown_keys=ProviderPlaces(0)).tokens.keys

    async def is_known() -> bool:
        with suppress(ProviderUnavailable):
            return await keys.find("curve", NOW) is not None
        return False

    assert not await is_known()
    await eventually(is_known)
