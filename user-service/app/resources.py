"""The resources of the app, which the composition root opens."""

from collections.abc import Sequence
from dataclasses import dataclass

import chassis
from app.security.login_states import LoginStates
from app.security.logout_tokens import LogoutTokens
from app.security.provider_logins import ProviderLogins
from app.security.provider_tokens import AllProviderTokens
from app.security.service_clients import ServiceClients
from app.security.tokens import Tokens
from app.services.begin_provider_login import BeginProviderLogin
from app.services.change_password import ChangePassword
from app.services.create_user import CreateUser
from app.services.grant_service_token import GrantServiceToken
from app.services.log_in import LogIn
from app.services.log_in_at_provider import LogInAtProvider
from app.services.read_token_changes import ReadTokenChanges
from app.services.refresh_session import RefreshSession
from app.services.validate_token import ValidateToken
from chassis import IpNetwork, Outbox


@dataclass(frozen=True)
class Resources(chassis.DatabaseResources):
    token_validator: ValidateToken
    outbox: Outbox
    tokens: Tokens
    provider_tokens: AllProviderTokens
    logout_tokens: LogoutTokens
    provider_logins: ProviderLogins
    login_states: LoginStates
    create_user: CreateUser
    read_token_changes: ReadTokenChanges
    log_in: LogIn
    begin_provider_login: BeginProviderLogin
    log_in_at_provider: LogInAtProvider
    refresh_session: RefreshSession
    change_password: ChangePassword
    clients: ServiceClients
    grant_service_token: GrantServiceToken
    trusted_proxies: Sequence[IpNetwork]
    is_https: bool
