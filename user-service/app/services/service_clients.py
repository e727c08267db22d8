"""The tokens that services get for themselves."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import unquote_plus

import structlog

from app.errors import ClientNotAuthenticated, InvalidClient, UnsupportedGrantType
from app.schemas.token import ServiceToken
from app.services.tokens import Tokens

log = structlog.get_logger(__name__)

LIFETIME = timedelta(minutes=5)


class ServiceClients:
    """Knows each service by its id and the SHA-256, in hex, of its secret."""

    def __init__(self, secret_hashes: Mapping[str, str], tokens: Tokens) -> None:
        self._secret_hashes = secret_hashes
        self._tokens = tokens

    def authenticate(self, client_id: str | None, client_secret: str | None) -> str:
        """Returns the id of the service that a form names.

        Raises:
            InvalidClient: the secret is not this service's.
        """
        if client_id is None or not self._knows(client_id, client_secret or ""):
            log.warning("service_client_refused")
            raise InvalidClient("the client id or its secret is wrong")
        return client_id

    def authenticate_basic(self, client_id: str, client_secret: str) -> str:
        """Returns the id of the service that HTTP Basic names.

        Clients encode both as in a form (RFC 6749, 2.3.1), or do not.

        Raises:
            ClientNotAuthenticated: the secret is not this service's.
        """
        for read in (str, unquote_plus):
            if self._knows(read(client_id), read(client_secret)):
                return read(client_id)
        log.warning("service_client_refused")
        raise ClientNotAuthenticated("the client id or its secret is wrong")

    def grant(self, grant_type: str, client_id: str) -> ServiceToken:
        if grant_type != "client_credentials":
            raise UnsupportedGrantType("the grant type must be client_credentials")
        return ServiceToken(
            access_token=self._tokens.issue(
                client_id, client_id, ["service"], LIFETIME
            ),
            expires_in=int(LIFETIME.total_seconds()),
        )

    def _knows(self, client_id: str, client_secret: str) -> bool:
        presented = hashlib.sha256(client_secret.encode()).hexdigest()
        return hmac.compare_digest(self._secret_hashes.get(client_id, ""), presented)
