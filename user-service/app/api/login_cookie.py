"""The cookie that keeps the state of a log-in at a provider."""

from dataclasses import dataclass

from fastapi import Request, Response

from app.security.login_states import LIFETIME

SECURE_NAME = "__Host-pannier-login"
# Browsers accept the prefix only together with Secure, and that only over HTTPS.
PLAIN_NAME = "pannier-login"


@dataclass(frozen=True)
class LoginCookie:
    """Sets, reads and clears the cookie, as the gateway does with its own.

    It is `SameSite=Lax`, because the provider, another site, sends the browser back.

    Attributes:
        is_secure: whether browsers reach the platform over HTTPS.
    """

    is_secure: bool

    @property
    def name(self) -> str:
        return SECURE_NAME if self.is_secure else PLAIN_NAME

    def set(self, response: Response, sealed_state: str) -> None:
        self._set(response, sealed_state, LIFETIME)

    def clear(self, response: Response) -> None:
        self._set(response, "", 0)

    def read(self, request: Request) -> str | None:
        return request.cookies.get(self.name)

    def _set(self, response: Response, value: str, max_age: int) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=max_age,
            # The prefix demands "/".
            path="/" if self.is_secure else "/api",
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )
