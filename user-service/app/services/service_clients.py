"""The tokens that services get for themselves."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta

import structlog

from app.schemas.token import ServiceToken
from app.services.tokens import Tokens
from chassis import Refused, Unauthenticated

log = structlog.get_logger(__name__)

LIFETIME = timedelta(minutes=5)


class UnknownClient(Unauthenticated):
    """There is no service with this id and secret."""


class UnsupportedGrantType(Refused):
    """Only `client_credentials` gets a token here; users log in at `/login`."""


class ServiceClients:
    """Knows each service by its id and the SHA-256, in hex, of its secret."""

    def __init__(self, secret_hashes: Mapping[str, str], tokens: Tokens) -> None:
        self._secret_hashes = secret_hashes
        self._tokens = tokens

    def grant(
        self, grant_type: str, client_id: str | None, client_secret: str | None
    ) -> ServiceToken:
        if grant_type != "client_credentials":
            raise UnsupportedGrantType("the grant type must be client_credentials")
        if client_id is None or not self._knows(client_id, client_secret or ""):
            log.warning("service_client_refused")
            raise UnknownClient("the client id or its secret is wrong")
        return ServiceToken(
            access_token=self._tokens.issue(
                client_id, client_id, ["service"], LIFETIME
            ),
            expires_in=int(LIFETIME.total_seconds()),
        )

    def _knows(self, client_id: str, client_secret: str) -> bool:
        presented = hashlib.sha256(client_secret.encode()).hexdigest()
        return hmac.compare_digest(self._secret_hashes.get(client_id, ""), presented)
