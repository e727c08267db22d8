"""Public keys and metadata, at the paths that OAuth clients expect."""

from fastapi import APIRouter

from app.api.deps import ResourcesDep
from app.schemas.discovery import AuthorizationServer, PublicKey, PublicKeys

router = APIRouter(prefix="/.well-known", tags=["discovery"])


@router.get("/jwks.json")
async def read_public_keys(resources: ResourcesDep) -> PublicKeys:
    """Lists the public keys with which access tokens can be checked."""
    keys = resources.tokens.public_keys()
    return PublicKeys(keys=[PublicKey.model_validate(key) for key in keys])


@router.get("/oauth-authorization-server")
async def describe_authorization_server(resources: ResourcesDep) -> AuthorizationServer:
    """Describes the token endpoint of services; users log in at `/login`."""
    issuer = resources.tokens.issuer
    return AuthorizationServer(
        issuer=issuer,
        token_endpoint=f"{issuer}/oauth/token",
        jwks_uri=f"{issuer}/.well-known/jwks.json",
        grant_types_supported=["client_credentials"],
        # RFC 8414 requires it; it is empty because there is no authorization endpoint.
        response_types_supported=[],
        token_endpoint_auth_methods_supported=[
            "client_secret_basic",
            "client_secret_post",
        ],
        service_documentation=f"{issuer}/docs",
    )
