"""The well-known documents for OAuth clients."""

import httpx
from jose import jwt

from tests.factories import sign_up


async def test_published_key_verifies_access_token(
    client: httpx.AsyncClient,
) -> None:
    ada = await sign_up(client)
    token = ada.tokens["access_token"]
    published = (await client.get("/.well-known/jwks.json")).json()["keys"]
    kid = jwt.get_unverified_header(token)["kid"]
    [key] = [key for key in published if key["kid"] == kid]

    claims = jwt.decode(token, key, ["RS256"], audience="pannier")

    assert claims["sub"] == str(ada.user["id"])


async def test_published_keys_have_no_private_part(client: httpx.AsyncClient) -> None:
    published = (await client.get("/.well-known/jwks.json")).json()["keys"]

    assert len(published) == 2
    assert all(set(k) == {"kty", "use", "alg", "kid", "n", "e"} for k in published)


async def test_metadata_names_existing_endpoints(
    client: httpx.AsyncClient,
) -> None:
    path = "/.well-known/oauth-authorization-server"
    metadata = (await client.get(path)).json()
    issuer = metadata["issuer"]
    documented = (await client.get("/openapi.json")).json()["paths"]

    assert metadata["token_endpoint"].removeprefix(issuer) in documented
    assert metadata["jwks_uri"].removeprefix(issuer) in documented
    assert metadata["grant_types_supported"] == ["client_credentials"]
