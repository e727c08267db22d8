"""The providers at which a browser can log in."""

from collections.abc import Sequence

from app.config.providers import OpenIdProvider
from app.errors import ProviderNotFound, ProviderNotNamed
from app.security.provider_login import ProviderLogin


class ProviderLogins:
    """Finds the provider of a log-in."""

    def __init__(self, logins: Sequence[ProviderLogin]) -> None:
        self._logins = logins

    def all(self) -> Sequence[OpenIdProvider]:
        return [login.provider for login in self._logins]

    def get(self, name: str | None) -> ProviderLogin:
        """Returns the provider of this name, or the only one.

        Raises:
            ProviderNotFound: there is none.
            ProviderNotNamed: there are several, and no name.
        """
        if name is None and len(self._logins) > 1:
            raise ProviderNotNamed("there are several providers: name one", "provider")
        for login in self._logins:
            if name in (None, login.provider.name):
                return login
        raise ProviderNotFound("there is no provider with this name")

    def find_by_issuer(self, issuer: str) -> ProviderLogin | None:
        logins = (each for each in self._logins if each.provider.issuer == issuer)
        return next(logins, None)
