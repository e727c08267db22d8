"""The composition root: builds the app, its resources and its background work."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from app import __version__
from app.api import accounts, discovery, sessions, tokens, users
from app.api.deps import Services
from app.config.settings import UserSettings
from app.models.failures import (
    ADDRESS_WINDOW,
    FAILURES_ANYWHERE_WINDOW,
    SLOWED_INTERVAL,
    AddressFailure,
    FailuresInARow,
    IdentifierFailure,
    SlowedIdentifier,
)
from app.models.known_address import KNOWN_ADDRESS_KEPT, KnownAddress
from app.models.messages import UserMessage
from app.models.session import LoginSession, RefreshToken
from app.schemas.email import accept_development_domains
from app.schemas.user import UserCreate
from app.services.change_password import ChangePassword
from app.services.check_password import CheckPassword
from app.services.end_sessions import EndSessions
from app.services.first_administrator import (
    ensure_first_administrator,
    parse_first_administrator,
)
from app.services.known_addresses import KnownAddresses, derive_key
from app.services.log_in import LogIn
from app.services.passwords import Passwords
from app.services.refresh import Refresh
from app.services.register import Register
from app.services.service_clients import ServiceClients
from app.services.session_tokens import SessionTokens
from app.services.signing_keys import read_signing_keys, report_age
from app.services.throttle import Throttle
from app.services.tokens import Tokens
from app.services.validate_token import LocalTokenValidator
from chassis import (
    SENT_EVENTS_KEPT,
    Database,
    Expiry,
    Outbox,
    OutboxRelay,
    Publisher,
    Retention,
    ServiceInfo,
    Worker,
    build_app,
    load_settings,
    measure_outbox_lag,
    ping_broker,
    running,
)

INFO = ServiceInfo(
    name="user-service",
    version=__version__,
    description="Users, their credentials, and the tokens that say who is asking.",
)

EXPIRIES = (
    # Before their sessions, which would take all that they ever had with them.
    Expiry(RefreshToken.expires_at, timedelta(days=30)),
    Expiry(LoginSession.expires_at, timedelta(days=30)),
    Expiry(UserMessage.sent_at, SENT_EVENTS_KEPT),
    Expiry(FailuresInARow.failed_at, timedelta(days=1)),
    Expiry(IdentifierFailure.failed_at, FAILURES_ANYWHERE_WINDOW),
    Expiry(SlowedIdentifier.checked_at, SLOWED_INTERVAL),
    Expiry(KnownAddress.used_at, KNOWN_ADDRESS_KEPT),
    Expiry(AddressFailure.failed_at, ADDRESS_WINDOW),
)


def create_app(settings: UserSettings | None = None) -> FastAPI:
    settings = settings or load_settings(UserSettings)
    if settings.environment != "production":
        accept_development_domains()
    administrator = parse_first_administrator(
        settings.admin_username, settings.admin_password
    )
    resources = partial(_resources, settings=settings, administrator=administrator)
    app = build_app(INFO, settings, resources)
    app.include_router(accounts.router)
    app.include_router(sessions.router)
    app.include_router(users.router)
    app.include_router(tokens.router)
    app.include_router(tokens.oauth_router)
    app.include_router(discovery.router)
    return app


@asynccontextmanager
async def _resources(
    app: FastAPI, settings: UserSettings, administrator: UserCreate | None
) -> AsyncIterator[None]:
    state = app.state
    database: Database = state.database
    async with AsyncExitStack() as stack:
        passwords = stack.enter_context(
            closing(Passwords(settings.bcrypt_cost, os.cpu_count() or 1))
        )
        publisher = Publisher(settings.broker_url, state.tracer_provider)
        stack.push_async_callback(publisher.close)
        state.health.others["broker"] = partial(
            ping_broker, settings.broker_url, INFO.name
        )
        relay = OutboxRelay(database, UserMessage, publisher)
        relaying = Worker("outbox-relay", relay.publish_batch)
        outbox = Outbox(UserMessage, "/user-service", relaying.wake)

        services = _services(settings, database, passwords, outbox)
        state.services = services
        state.token_validator = services.validator
        if administrator is not None:
            await ensure_first_administrator(database, services.register, administrator)
        retention = Retention(database, *EXPIRIES)
        pruning = Worker("retention", retention.prune_batch, interval=60)
        lag = partial(measure_outbox_lag, database, UserMessage)
        measuring = Worker("outbox-lag", lag, interval=5)
        await stack.enter_async_context(running(relaying, measuring, pruning))
        yield


def _services(
    settings: UserSettings,
    database: Database,
    passwords: Passwords,
    outbox: Outbox,
) -> Services:
    keys = read_signing_keys(
        settings.signing_keys_dir, timedelta(seconds=settings.key_activation_seconds)
    )
    report_age(keys)
    tokens = Tokens(keys, settings.token_issuer, settings.token_audience)
    session_tokens = SessionTokens(
        tokens,
        timedelta(minutes=settings.access_token_expire_minutes),
        timedelta(days=settings.refresh_token_expire_days),
    )
    known_addresses = KnownAddresses(
        derive_key(settings.database_url.get_secret_value())
    )
    check_password = CheckPassword(Throttle(database, known_addresses), passwords)
    end_sessions = EndSessions(outbox)
    return Services(
        tokens=tokens,
        register=Register(database, passwords, outbox),
        log_in=LogIn(database, check_password, session_tokens, known_addresses),
        refresh=Refresh(database, session_tokens, end_sessions),
        end_sessions=end_sessions,
        change_password=ChangePassword(
            database, check_password, passwords, end_sessions
        ),
        clients=ServiceClients(settings.service_clients, tokens),
        validator=LocalTokenValidator(database, tokens),
        outbox=outbox,
        trusted_proxies=settings.trusted_proxies,
    )
