"""The cookie that keeps the refresh token of a browser."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from fastapi import Request, Response

from chassis import header_values

SECURE_NAME = "__Host-pannier-refresh"
# Browsers accept the prefix only together with Secure, and that only over HTTPS.
PLAIN_NAME = "pannier-refresh"
NAMES = frozenset({SECURE_NAME.encode(), PLAIN_NAME.encode()})

READABLE = re.compile(rb"[A-Za-z0-9._~-]{1,1024}")
# Each of them is a request to user-service when the browser logs out.
MOST_COOKIES = 4


@dataclass(frozen=True)
class RefreshCookie:
    """Sets, reads and clears the cookie.

    Attributes:
        is_secure: whether browsers reach the platform over HTTPS. It follows from the
            configured address, because a request can claim anything.
    """

    is_secure: bool
    lifetime: timedelta

    @classmethod
    def for_address(cls, public_url: str, lifetime: timedelta) -> Self:
        return cls(public_url.startswith("https://"), lifetime)

    @property
    def name(self) -> str:
        return SECURE_NAME if self.is_secure else PLAIN_NAME

    @property
    def path(self) -> str:
        # The prefix demands "/". Without it, a narrower path keeps the cookie from the
        # other ports of localhost, because cookies do not know ports.
        return "/" if self.is_secure else "/api"

    def set(self, response: Response, refresh_token: str) -> None:
        self._set(response, refresh_token, int(self.lifetime.total_seconds()))

    def clear(self, response: Response) -> None:
        self._set(response, "", 0)

    def read(self, request: Request) -> str | None:
        """Returns the refresh token; None if there is none, or nonsense."""
        return next(iter(self.read_all(request)), None)

    def read_all(self, request: Request) -> Sequence[str]:
        """Returns the refresh tokens of all cookies with this name, at most four.

        There is one, unless a page at another port of localhost has set another. The
        browser then sends the cookie with the longer path first.
        """
        values = [
            value.strip().strip(b'"')
            for cookies in header_values(request.scope, b"cookie")
            for name, _, value in map(_split, cookies.split(b";"))
            if name == self.name.encode()
        ]
        readable = [value.decode() for value in values if READABLE.fullmatch(value)]
        return list(dict.fromkeys(readable))[:MOST_COOKIES]

    def _set(self, response: Response, value: str, max_age: int) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=max_age,
            path=self.path,
            secure=self.is_secure,
            httponly=True,
            samesite="strict",
        )


def without_refresh_token(cookies: bytes) -> bytes | None:
    """Returns a `Cookie` header for a service; None if nothing is left of it."""
    pairs = [pair.strip() for pair in cookies.split(b";")]
    return b"; ".join(pair for pair in pairs if _split(pair)[0] not in NAMES) or None


def _split(pair: bytes) -> tuple[bytes, bytes, bytes]:
    name, equals, value = pair.partition(b"=")
    return name.strip(), equals, value
