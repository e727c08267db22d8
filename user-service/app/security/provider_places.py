"""The places of requests that wait for a provider."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import ProviderUnavailable

# Together they are half of the requests that the service admits, so that providers that
# hang block neither log-ins with a password nor the validation of tokens.
LOGINS = 8
UNKNOWN_KEYS = 8


class ProviderPlaces:
    """Limits the requests that wait, for all providers together."""

    def __init__(self, limit: int) -> None:
        self._left = limit

    @contextmanager
    def occupy(self) -> Iterator[None]:
        """Occupies a place, without a wait for one.

        Raises:
            ProviderUnavailable: all of them are occupied.
        """
        if self._left == 0:
            raise ProviderUnavailable("too many requests wait for a provider")
        self._left -= 1
        try:
            yield
        finally:
            self._left += 1
