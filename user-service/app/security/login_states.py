"""The state of a log-in at a provider, which the browser keeps in a cookie."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import Self

from cryptography.fernet import Fernet, InvalidToken
from pydantic import BaseModel, ConfigDict

from app.errors import LoginStateInvalid

# In seconds, for a person who types a password, and perhaps a code of a second factor.
LIFETIME = 600


class LoginState(BaseModel):
    """The values that the response of the provider must match.

    Attributes:
        state: comes back with the response (RFC 6749, section 10.12).
        nonce: comes back in the ID token.
        verifier: the secret of which the provider knows the hash (RFC 7636).
        return_to: the path of the platform where the browser goes afterwards.
    """

    model_config = ConfigDict(frozen=True)

    provider: str
    state: str
    nonce: str
    verifier: str
    return_to: str

    @classmethod
    def begin(cls, provider: str, return_to: str) -> Self:
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(
            provider=provider,
            state=state,
            nonce=nonce,
            verifier=verifier,
            return_to=return_to,
        )

    @property
    def challenge(self) -> str:
        """The hash of the verifier, by the method S256."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class LoginStates:
    """Encrypts states, so that neither a script nor another site can make one.

    Args:
        key: 32 bytes, the same in all replicas.
    """

    def __init__(self, key: bytes, clock: Callable[[], float] = time.time) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(key))
        self._clock = clock

    def seal(self, state: LoginState) -> str:
        content = state.model_dump_json().encode()
        sealed = self._fernet.encrypt_at_time(content, int(self._clock())).decode()
        # A cookie with "=" needs quotes, which not all clients handle.
        return sealed.rstrip("=")

    def open(self, sealed: str | None, given: str | None) -> LoginState:
        """Returns the state of the cookie, if the provider's response belongs to it.

        Args:
            given: the `state` of the response.

        Raises:
            LoginStateInvalid: there is no cookie, it is too old or forged, or the
                response belongs to another log-in.
        """
        padded = (sealed or "") + "=" * (-len(sealed or "") % 4)
        try:
            content = self._fernet.decrypt_at_time(
                padded.encode(), LIFETIME, int(self._clock())
            )
        except (InvalidToken, ValueError):
            raise LoginStateInvalid(
                "the log-in is over, or too old: begin again"
            ) from None
        state = LoginState.model_validate_json(content)
        if not hmac.compare_digest(state.state.encode(), (given or "").encode()):
            raise LoginStateInvalid("this is the response to another log-in")
        return state
