"""The composition root: builds the app and its resources."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from app import __version__
from app.api import inventory, products, reservations
from chassis import (
    RemoteTokenValidator,
    ServiceInfo,
    ServiceSettings,
    build_app,
    http_client,
    ping_peer,
)

INFO = ServiceInfo(
    name="product-service",
    version=__version__,
    description="The catalogue, its stock, and what orders have reserved of it.",
)


def create_app(settings: ServiceSettings | None = None) -> FastAPI:
    settings = settings or ServiceSettings()
    app = build_app(INFO, settings, partial(_resources, settings=settings))
    app.include_router(products.router)
    app.include_router(inventory.router)
    app.include_router(reservations.router)
    return app


@asynccontextmanager
async def _resources(app: FastAPI, settings: ServiceSettings) -> AsyncIterator[None]:
    async with http_client(
        settings.user_service_url, app.state.tracer_provider
    ) as users:
        app.state.token_validator = RemoteTokenValidator(users)
        app.state.health.peers["user-service"] = partial(ping_peer, users)
        yield
