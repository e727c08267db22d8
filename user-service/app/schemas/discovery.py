"""Public keys and metadata, with which clients can check tokens themselves."""

from chassis import ResponseBody, example

PUBLIC_KEY = {
    "kty": "RSA",
    "use": "sig",
    "alg": "RS256",
    "kid": "2026-01",
    "n": "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri",
    "e": "AQAB",
}


class PublicKey(ResponseBody):
    """An RSA public key as a JWK (RFC 7517)."""

    model_config = example(PUBLIC_KEY)

    kty: str
    use: str
    alg: str
    kid: str
    n: str
    e: str


class PublicKeys(ResponseBody):
    model_config = example({"keys": [PUBLIC_KEY]})

    keys: list[PublicKey]


class AuthorizationServer(ResponseBody):
    """Metadata of the authorization server (RFC 8414)."""

    model_config = example(
        {
            "issuer": "http://localhost:8001",
            "token_endpoint": "http://localhost:8001/oauth/token",
            "jwks_uri": "http://localhost:8001/.well-known/jwks.json",
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
            ],
            "service_documentation": "http://localhost:8001/docs",
        }
    )

    issuer: str
    token_endpoint: str
    jwks_uri: str
    grant_types_supported: list[str]
    response_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    service_documentation: str
