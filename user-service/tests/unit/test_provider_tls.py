"""The endpoints of a provider whose issuer is encrypted are encrypted too."""

import pytest
from opentelemetry.sdk.trace import TracerProvider

from app.clients.openid_provider import OpenIdClient, ProviderMetadata
from chassis import Deadline, HttpClient, PeerFailed
from tests.provider_network import ISSUER, METADATA, ProviderNetwork, provider_settings

PLAIN = "http://id.example/plain"
endpoints = pytest.mark.parametrize(
    "endpoint", ["jwks_uri", "authorization_endpoint", "token_endpoint"]
)


async def fetch_metadata(network: ProviderNetwork, **given: str) -> ProviderMetadata:
    http = HttpClient("shop", "", TracerProvider(), network)
    client = OpenIdClient(provider_settings(**given), http)
    return await client.fetch_metadata(Deadline.after(1.0))


@endpoints
async def test_plain_endpoint_of_encrypted_issuer_is_rejected(endpoint: str) -> None:
    network = ProviderNetwork()
    network.publish(**{endpoint: PLAIN})

    with pytest.raises(PeerFailed, match=endpoint):
        await fetch_metadata(network)


@endpoints
async def test_plain_endpoint_is_accepted_inside_cluster(endpoint: str) -> None:
    network = ProviderNetwork()
    network.publish(**{endpoint: PLAIN})

    found = await fetch_metadata(network, discovery_url=METADATA)

    assert getattr(found, endpoint) == PLAIN


async def test_plain_issuer_has_plain_endpoints() -> None:
    network = ProviderNetwork()
    issuer = ISSUER.replace("https", "http")
    network.publish(issuer=issuer, token_endpoint=PLAIN)
    network.documents[METADATA.replace("https", "http")] = network.documents[METADATA]

    assert (await fetch_metadata(network, issuer=issuer)).token_endpoint == PLAIN
