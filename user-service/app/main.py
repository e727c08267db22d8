"""The composition root: builds the app, its resources and its background work."""

import os
from contextlib import closing
from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from app import __version__
from app.api import (
    accounts,
    discovery,
    provider_login,
    provider_logout,
    sessions,
    token_changes,
    tokens,
    users,
    validation,
)
from app.config.settings import UserSettings
from app.models.messages import UserMessage
from app.models.retention import EXPIRIES
from app.providers import open_providers
from app.resources import Resources
from app.schemas.email import accept_development_domains
from app.schemas.user import UserCreate
from app.security.derived_keys import DerivedKeys
from app.security.known_addresses import KnownAddresses
from app.security.login_states import LoginStates
from app.security.logout_tokens import LogoutTokens
from app.security.passwords import Passwords
from app.security.service_clients import ServiceClients
from app.security.session_owners import SessionOwners
from app.security.session_tokens import SessionTokens
from app.security.signing_keys import read_signing_keys, report_age
from app.security.throttle import Throttle
from app.security.tokens import Tokens
from app.services.begin_provider_login import BeginProviderLogin
from app.services.change_password import ChangePassword
from app.services.check_password import CheckPassword
from app.services.create_first_administrator import (
    CreateFirstAdministrator,
    parse_first_administrator,
)
from app.services.create_user import CreateUser
from app.services.grant_service_token import GrantServiceToken
from app.services.log_in import LogIn
from app.services.log_in_at_provider import LogInAtProvider
from app.services.open_provider_session import OpenProviderSession
from app.services.read_token_changes import ReadTokenChanges
from app.services.refresh_session import RefreshSession
from app.services.validate_token import ValidateToken
from chassis import Lifespan, Messaging, ServiceInfo, build_app, load_settings

INFO = ServiceInfo(
    name="user-service",
    version=__version__,
    description="Manages users, and issues and validates their tokens.",
)


def create_app(settings: UserSettings | None = None) -> FastAPI:
    settings = settings or load_settings(UserSettings)
    if settings.environment != "production":
        accept_development_domains()
    administrator = parse_first_administrator(
        settings.admin_username, settings.admin_password
    )
    return build_app(
        INFO,
        settings,
        partial(open_resources, administrator=administrator),
        # First, because routes are tried in order, and most requests validate a token.
        validation.router,
        token_changes.router,
        accounts.router,
        sessions.router,
        users.router,
        tokens.router,
        tokens.oauth_router,
        provider_login.router,
        provider_logout.router,
        discovery.router,
    )


async def open_resources(
    lifespan: Lifespan, settings: UserSettings, administrator: UserCreate | None
) -> Resources:
    database = lifespan.database
    outbox = Messaging(lifespan, settings.broker_url).open_outbox(UserMessage)
    passwords = lifespan.stack.enter_context(
        closing(Passwords(settings.bcrypt_cost, os.cpu_count() or 1))
    )
    if administrator is not None:
        first = CreateFirstAdministrator(database, passwords, outbox)
        await first.create(administrator)
    lifespan.prune(*EXPIRIES)

    tokens = _tokens(settings)
    provider_tokens, provider_logins = await open_providers(
        lifespan, settings.oidc_providers, settings.public_url
    )
    keys = DerivedKeys(settings.database_url.get_secret_value())
    login_states = LoginStates(keys.key("login states"))
    session_tokens = _session_tokens(settings, tokens)
    known_addresses = KnownAddresses(keys.key("known addresses"))
    check_password = CheckPassword(Throttle(database, known_addresses), passwords)
    return Resources(
        database=database,
        token_validator=ValidateToken(
            tokens,
            provider_tokens,
            SessionOwners(database),
            OpenProviderSession(database, outbox),
        ),
        outbox=outbox,
        tokens=tokens,
        provider_tokens=provider_tokens,
        logout_tokens=LogoutTokens(provider_tokens),
        provider_logins=provider_logins,
        login_states=login_states,
        read_token_changes=ReadTokenChanges(database),
        create_user=CreateUser(database, passwords, outbox),
        log_in=LogIn(database, check_password, session_tokens, known_addresses),
        begin_provider_login=BeginProviderLogin(provider_logins, login_states),
        log_in_at_provider=LogInAtProvider(
            database, outbox, provider_logins, session_tokens
        ),
        refresh_session=RefreshSession(database, session_tokens, outbox),
        change_password=ChangePassword(database, check_password, passwords, outbox),
        clients=ServiceClients(settings.service_clients),
        grant_service_token=GrantServiceToken(tokens),
        trusted_proxies=settings.trusted_proxies,
        is_https=settings.public_url.startswith("https://"),
    )


def _tokens(settings: UserSettings) -> Tokens:
    keys = read_signing_keys(
        settings.signing_keys_dir, timedelta(seconds=settings.key_activation_seconds)
    )
    report_age(keys)
    return Tokens(keys, settings.token_issuer, settings.token_audience)


def _session_tokens(settings: UserSettings, tokens: Tokens) -> SessionTokens:
    return SessionTokens(
        tokens,
        timedelta(minutes=settings.access_token_expire_minutes),
        timedelta(days=settings.refresh_token_expire_days),
    )
