"""Authenticates the other services, which may get a token."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import unquote_plus

import structlog

from app.errors import ClientNotAuthenticated, InvalidClient

log = structlog.get_logger(__name__)


class ServiceClients:
    """The services that may get a token.

    Args:
        secret_hashes: client id -> SHA-256 of its secret, in hex.
    """

    def __init__(self, secret_hashes: Mapping[str, str]) -> None:
        self._secret_hashes = secret_hashes

    def authenticate(self, client_id: str | None, client_secret: str | None) -> str:
        """Checks credentials from a form and returns the client id.

        Raises:
            InvalidClient: the id or the secret is wrong.
        """
        if client_id is None or not self._is_secret(client_id, client_secret or ""):
            self._log_rejected(client_id)
            raise InvalidClient("the client id or its secret is wrong")
        return client_id

    def authenticate_basic(self, client_id: str, client_secret: str) -> str:
        """Checks credentials from HTTP Basic and returns the client id.

        Some clients encode both like form fields (RFC 6749, 2.3.1), others do not.

        Raises:
            ClientNotAuthenticated: the id or the secret is wrong.
        """
        for decode in (str, unquote_plus):
            if self._is_secret(decode(client_id), decode(client_secret)):
                return decode(client_id)
        self._log_rejected(client_id)
        raise ClientNotAuthenticated("the client id or its secret is wrong")

    def _is_secret(self, client_id: str, client_secret: str) -> bool:
        secret_hash = hashlib.sha256(client_secret.encode()).hexdigest()
        return hmac.compare_digest(self._secret_hashes.get(client_id, ""), secret_hash)

    def _log_rejected(self, client_id: str | None) -> None:
        # Anyone can send an unknown id; it may be anything, even a secret.
        known = client_id if client_id in self._secret_hashes else None
        log.warning("service_client_rejected", client_id=known)
