"""Calls an OpenID Connect provider: its metadata, public keys and token endpoint."""

import base64
from typing import Annotated, Any, TypeVar
from urllib.parse import quote_plus

from pydantic import AfterValidator, AnyHttpUrl, BaseModel, TypeAdapter, ValidationError

from app.config.providers import OpenIdProvider
from app.errors import ProviderLoginFailed
from chassis import Deadline, HttpClient, PeerFailed, PeerResponse

HTTP_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)


def _http_url(text: str) -> str:
    return str(HTTP_URL.validate_python(text))


Endpoint = Annotated[str, AfterValidator(_http_url)]
BASIC = "client_secret_basic"
BodyT = TypeVar("BodyT", bound=BaseModel)


class ProviderMetadata(BaseModel):
    """The part of the metadata that is used (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    jwks_uri: Endpoint
    authorization_endpoint: Endpoint
    token_endpoint: Endpoint
    end_session_endpoint: Endpoint | None = None
    authorization_response_iss_parameter_supported: bool = False
    token_endpoint_auth_methods_supported: list[str] = [BASIC]


class GrantedTokens(BaseModel):
    """The part of a token response that is used (OpenID Connect Core 1.0, 3.1.3.3)."""

    id_token: str
    access_token: str


class _Refusal(BaseModel):
    """RFC 6749, section 5.2."""

    error: str


class _KeySet(BaseModel):
    keys: list[dict[str, Any]]


class OpenIdClient:
    """Sends requests to one provider; none of them is retried."""

    def __init__(self, provider: OpenIdProvider, http: HttpClient) -> None:
        self._provider = provider
        self._http = http

    async def fetch_metadata(self, deadline: Deadline) -> ProviderMetadata:
        """Returns the metadata.

        Raises:
            PeerUnreachable, PeerTimeout: the provider does not respond.
            PeerFailed: the response is not the metadata of this issuer, or they name an
                endpoint whose traffic others can read.
        """
        metadata = await self._fetch(
            self._provider.metadata_url, ProviderMetadata, deadline
        )
        if metadata.issuer != self._provider.issuer:
            raise PeerFailed(f"the metadata are of the issuer {metadata.issuer}")
        if self._provider.needs_tls:
            _require_tls(metadata)
        return metadata

    async def fetch_keys(
        self, metadata: ProviderMetadata, deadline: Deadline
    ) -> list[dict[str, Any]]:
        """Returns the JWKs; raises like `fetch_metadata`."""
        return (await self._fetch(metadata.jwks_uri, _KeySet, deadline)).keys

    async def redeem_code(
        self, metadata: ProviderMetadata, form: dict[str, str], deadline: Deadline
    ) -> GrantedTokens:
        """Exchanges an authorization code for tokens; raises like `fetch_metadata`.

        Raises:
            ProviderLoginFailed: the code is not valid, or has been used before.
        """
        headers, credentials = self._authentication(metadata)
        url = metadata.token_endpoint
        response = await self._http.send(
            "POST", url, deadline, headers, data={**form, **credentials}
        )
        if response.status_code == 200:
            return _read(url, response, GrantedTokens)
        if response.status_code == 400:
            refusal = _read(url, response, _Refusal).error
            if refusal == "invalid_grant":
                raise ProviderLoginFailed("the provider has refused the code")
        raise PeerFailed(f"{url} answered {response.status_code}")

    def _authentication(
        self, metadata: ProviderMetadata
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Returns the headers and the fields of the form that name the client."""
        client_id, secret = self._provider.client_id, self._provider.client_secret
        if secret is None:
            return {}, {"client_id": client_id}
        password = secret.get_secret_value()
        if BASIC not in metadata.token_endpoint_auth_methods_supported:
            return {}, {"client_id": client_id, "client_secret": password}
        # Encoded first, as RFC 6749 demands (section 2.3.1).
        pair = f"{quote_plus(client_id)}:{quote_plus(password)}"
        encoded = base64.b64encode(pair.encode()).decode()
        return {"Authorization": f"Basic {encoded}"}, {}

    async def _fetch(self, url: str, body: type[BodyT], deadline: Deadline) -> BodyT:
        response = await self._http.send("GET", url, deadline)
        if response.status_code != 200:
            raise PeerFailed(f"{url} answered {response.status_code}")
        return _read(url, response, body)


def _require_tls(metadata: ProviderMetadata) -> None:
    for name in ("jwks_uri", "authorization_endpoint", "token_endpoint"):
        if not getattr(metadata, name).startswith("https://"):
            raise PeerFailed(f"the metadata name a {name} without https")


def _read(url: str, response: PeerResponse, body: type[BodyT]) -> BodyT:
    try:
        return body.model_validate_json(response.content)
    except ValidationError as error:
        field = ".".join(map(str, error.errors()[0]["loc"])) or "body"
        raise PeerFailed(f"{url} answered without a valid {field}") from None
