"""Begins the log-in of a browser at an OpenID Connect provider."""

from typing import NamedTuple

from app.security.login_states import LoginState, LoginStates
from app.security.provider_logins import ProviderLogins


class BegunLogin(NamedTuple):
    """
    Attributes:
        url: where the browser logs in.
        sealed_state: what the browser keeps until it comes back.
    """

    url: str
    sealed_state: str


class BeginProviderLogin:
    def __init__(self, logins: ProviderLogins, states: LoginStates) -> None:
        self._logins = logins
        self._states = states

    async def begin(self, provider: str | None, return_to: str) -> BegunLogin:
        """Returns where the browser goes; nothing is stored here.

        Raises:
            ProviderNotFound, ProviderNotNamed: it is not clear which provider.
            ProviderUnavailable: the provider has never responded.
        """
        login = self._logins.get(provider)
        state = LoginState.begin(login.provider.name, return_to)
        url = await login.authorization_url(state)
        return BegunLogin(url, self._states.seal(state))
