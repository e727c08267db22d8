"""The limits of requests: one policy for each class of callers."""

import re
from dataclasses import dataclass
from functools import cached_property

from limits import RateLimitItem, parse

RATE = re.compile(r"[1-9][0-9]{0,8}/(second|minute|hour)")


def require_rate(text: str) -> str:
    """Returns the text if it is a rate, such as `600/minute`."""
    if not RATE.fullmatch(text):
        raise ValueError("must be a number of requests and a time, such as 600/minute")
    return text


@dataclass(frozen=True)
class Policy:
    """A number of requests within a time, for each caller of a class.

    Attributes:
        name: of the class, as clients see it in headers.
        rate: such as `600/minute`.
    """

    name: str
    rate: str

    @cached_property
    def item(self) -> RateLimitItem:
        return parse(self.rate)

    @cached_property
    def header(self) -> bytes:
        """The value of `RateLimit-Policy`."""
        return f'"{self.name}";q={self.item.amount};w={self.item.get_expiry()}'.encode()


@dataclass(frozen=True)
class Policies:
    anonymous: Policy
    signed_in: Policy
    sign_in: Policy
    ai: Policy
