"""Grants short-lived tokens to the other services."""

from datetime import timedelta

from app.errors import UnsupportedGrantType
from app.schemas.token import ServiceToken
from app.security.tokens import Tokens

LIFETIME = timedelta(minutes=5)


class GrantServiceToken:
    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def grant(self, grant_type: str, client_id: str) -> ServiceToken:
        """Returns a token for a client that has been authenticated.

        Raises:
            UnsupportedGrantType: the grant type is not `client_credentials`.
        """
        if grant_type != "client_credentials":
            raise UnsupportedGrantType("the grant type must be client_credentials")
        return ServiceToken(
            access_token=self._tokens.issue(
                client_id, client_id, ["service"], LIFETIME
            ),
            expires_in=int(LIFETIME.total_seconds()),
        )
