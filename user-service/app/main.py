"""The composition root: builds the app, its resources and its background work."""

import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from app import __version__
from app.api import accounts, discovery, tokens
from app.api.deps import Services
from app.config.settings import UserSettings
from app.services.first_administrator import ensure_first_administrator
from app.services.log_in import LogIn
from app.services.passwords import Passwords
from app.services.refresh import Refresh
from app.services.register import Register
from app.services.service_clients import ServiceClients
from app.services.sessions import SessionTokens
from app.services.tokens import Tokens, load_signing_keys
from app.services.validate_token import LocalTokenValidator
from chassis import Database, ServiceInfo, build_app

INFO = ServiceInfo(
    name="user-service",
    version=__version__,
    description="Users, their credentials, and the tokens that say who is asking.",
)


def create_app(settings: UserSettings | None = None) -> FastAPI:
    settings = settings or UserSettings()
    app = build_app(INFO, settings, partial(_resources, settings=settings))
    app.include_router(accounts.router)
    app.include_router(tokens.router)
    app.include_router(discovery.router)
    return app


@asynccontextmanager
async def _resources(app: FastAPI, settings: UserSettings) -> AsyncIterator[None]:
    database: Database = app.state.database
    with ThreadPoolExecutor(os.cpu_count(), "bcrypt") as threads:
        services = _build_services(settings, database, threads)
        app.state.services = services
        app.state.token_validator = services.validator
        if settings.admin_username and settings.admin_password:
            await ensure_first_administrator(
                database,
                services.register,
                settings.admin_username,
                settings.admin_password,
            )
        yield


def _build_services(
    settings: UserSettings, database: Database, threads: ThreadPoolExecutor
) -> Services:
    tokens = Tokens(
        load_signing_keys(settings.signing_keys_dir),
        settings.token_issuer,
        settings.token_audience,
    )
    session_tokens = SessionTokens(
        tokens,
        timedelta(minutes=settings.access_token_expire_minutes),
        timedelta(days=settings.refresh_token_expire_days),
    )
    passwords = Passwords(settings.bcrypt_cost, threads)
    return Services(
        tokens=tokens,
        register=Register(database, passwords),
        log_in=LogIn(database, passwords, session_tokens),
        refresh=Refresh(database, session_tokens),
        clients=ServiceClients(settings.service_clients, tokens),
        validator=LocalTokenValidator(database, tokens),
    )
