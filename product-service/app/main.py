"""The composition root: builds the app, its resources and its background work."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

from fastapi import FastAPI

from app import __version__
from app.api import browsing, inventory, products, reservations
from app.clients.cache import Cache
from app.clients.redis_link import RedisLink
from app.config.settings import ProductSettings
from app.models import IdempotencyKey, ProductMessage, Reservation
from app.services.browse import Browse
from app.services.fill_search_terms import FillSearchTerms
from app.services.invalidate_cache import InvalidateCache
from app.services.publish_waiting_alerts import PublishWaitingAlerts
from chassis import (
    SENT_EVENTS_KEPT,
    Expiry,
    Outbox,
    OutboxRelay,
    Peer,
    Publisher,
    RemoteTokenValidator,
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
    name="product-service",
    version=__version__,
    description="The catalogue, its stock, and the reservations of orders.",
)


def create_app(settings: ProductSettings | None = None) -> FastAPI:
    settings = settings or load_settings(ProductSettings)
    app = build_app(INFO, settings, partial(_resources, settings=settings))
    app.include_router(browsing.router)
    app.include_router(products.router)
    app.include_router(inventory.router)
    app.include_router(reservations.router)
    return app


@asynccontextmanager
async def _resources(app: FastAPI, settings: ProductSettings) -> AsyncIterator[None]:
    state = app.state
    provider = state.tracer_provider
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        users = await enter(Peer("user-service", settings.user_service_url, provider))
        redis = await enter(RedisLink(settings.cache_url, provider))
        publisher = Publisher(settings.broker_url, provider)
        stack.push_async_callback(publisher.close)

        state.token_validator = RemoteTokenValidator(users)
        state.health.others["broker"] = partial(
            ping_broker, settings.broker_url, INFO.name
        )
        state.health.others["redis"] = redis.ping
        state.health.add_peer(users)

        relay = OutboxRelay(state.database, ProductMessage, publisher)
        relaying = Worker("outbox-relay", relay.publish_batch)
        lag = partial(measure_outbox_lag, state.database, ProductMessage)
        state.outbox = Outbox(ProductMessage, "/product-service", relaying.wake)

        state.cache = Cache(redis)
        state.browse = Browse(state.database, state.cache)
        invalidate = InvalidateCache(state.database, state.cache)
        state.database.on_flush(invalidate.after_commit_of)
        alerts = PublishWaitingAlerts(state.database, state.outbox)
        filling = FillSearchTerms(state.database)
        retention = Retention(
            state.database,
            Expiry(ProductMessage.sent_at, SENT_EVENTS_KEPT),
            Expiry(IdempotencyKey.created_at, IdempotencyKey.LIFETIME),
            Expiry(Reservation.released_at, timedelta(days=30)),
        )
        await enter(
            running(
                relaying,
                Worker("outbox-lag", lag, interval=5),
                # From its return until then, Redis may have outdated products.
                Worker("invalidate-cache", invalidate.invalidate_batch, patience=1.0),
                Worker("waiting-alerts", alerts.publish_batch, interval=5),
                Worker("fill-search-terms", filling.fill_batch, interval=60),
                Worker("retention", retention.prune_batch, interval=60),
            )
        )
        yield
