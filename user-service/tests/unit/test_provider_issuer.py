"""The `iss` of a provider's response (RFC 9207), right after a start."""

import pytest

from app.errors import LoginStateInvalid, ProviderUnavailable
from tests.provider_network import ISSUER, ProviderNetwork, a_login


@pytest.fixture
def network() -> ProviderNetwork:
    return ProviderNetwork()


async def test_announced_issuer_is_required_before_metadata_are_known(
    network: ProviderNetwork,
) -> None:
    network.publish(authorization_response_iss_parameter_supported=True)

    with pytest.raises(LoginStateInvalid):
        await a_login(network).require_issuer(None)


async def test_issuer_may_be_absent_if_it_is_not_announced(
    network: ProviderNetwork,
) -> None:
    network.publish()

    await a_login(network).require_issuer(None)


async def test_response_without_issuer_needs_metadata(network: ProviderNetwork) -> None:
    network.end_waiting()

    with pytest.raises(ProviderUnavailable):
        await a_login(network).require_issuer(None)


async def test_issuer_is_compared_without_metadata(network: ProviderNetwork) -> None:
    login = a_login(network)

    await login.require_issuer(ISSUER)

    with pytest.raises(LoginStateInvalid):
        await login.require_issuer("https://other.example")
