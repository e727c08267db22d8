"""Calls an OpenID Connect provider: its metadata and its public keys."""

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AnyHttpUrl, BaseModel, TypeAdapter, ValidationError

from app.config.providers import OpenIdProvider
from chassis import Deadline, HttpClient, PeerFailed

HTTP_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)


def _http_url(text: str) -> str:
    return str(HTTP_URL.validate_python(text))


Endpoint = Annotated[str, AfterValidator(_http_url)]
BodyT = TypeVar("BodyT", bound=BaseModel)


class ProviderMetadata(BaseModel):
    """The part of the metadata that is used (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    jwks_uri: Endpoint
    authorization_endpoint: Endpoint
    token_endpoint: Endpoint
    end_session_endpoint: Endpoint | None = None


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
            PeerFailed: the response is not the metadata of this issuer.
        """
        metadata = await self._fetch(
            self._provider.metadata_url, ProviderMetadata, deadline
        )
        if metadata.issuer != self._provider.issuer:
            raise PeerFailed(f"the metadata are of the issuer {metadata.issuer}")
        return metadata

    async def fetch_keys(self, deadline: Deadline) -> list[dict[str, Any]]:
        """Returns the JWKs; raises like `fetch_metadata`."""
        metadata = await self.fetch_metadata(deadline)
        return (await self._fetch(metadata.jwks_uri, _KeySet, deadline)).keys

    async def _fetch(self, url: str, body: type[BodyT], deadline: Deadline) -> BodyT:
        response = await self._http.send("GET", url, deadline)
        if response.status_code != 200:
            raise PeerFailed(f"{url} answered {response.status_code}")
        try:
            return body.model_validate_json(response.content)
        except ValidationError as error:
            field = ".".join(map(str, error.errors()[0]["loc"])) or "body"
            raise PeerFailed(f"{url} answered without a valid {field}") from None
