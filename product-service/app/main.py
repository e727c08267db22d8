"""The composition root: builds the app, its resources and its background work."""

from fastapi import FastAPI

from app import __version__
from app.api import browsing, inventory, products, reservations
from app.clients.cache import Cache
from app.clients.copies import CatalogueCopies
from app.clients.invalidation_feed import InvalidationFeed
from app.config.settings import ProductSettings
from app.models import ProductMessage
from app.models.retention import EXPIRIES
from app.resources import Resources
from app.services.commit_reservation import CommitReservation
from app.services.fill_search_terms import FillSearchTerms
from app.services.invalidate_after_commit import InvalidateAfterCommit
from app.services.invalidate_cache import InvalidateCache
from app.services.list_products import ListProducts
from app.services.load_page import LoadPage
from app.services.publish_waiting_alerts import PublishWaitingAlerts
from app.services.read_product import ReadProduct
from app.services.release_reservation import ReleaseReservation
from app.services.reserve_stock import ReserveStock
from app.services.search_products import SearchProducts
from chassis import (
    HOUSEKEEPING_DELAY,
    Lifespan,
    Messaging,
    RemoteTokenValidator,
    ServiceInfo,
    Worker,
    build_app,
    load_settings,
)
from chassis.redis_client import RedisLink

INFO = ServiceInfo(
    name="product-service",
    version=__version__,
    description="The catalogue, its stock, and the reservations of orders.",
)


def create_app(settings: ProductSettings | None = None) -> FastAPI:
    return build_app(
        INFO,
        settings or load_settings(ProductSettings),
        open_resources,
        browsing.router,
        products.router,
        inventory.router,
        reservations.router,
    )


async def open_resources(lifespan: Lifespan, settings: ProductSettings) -> Resources:
    database = lifespan.database
    users = await lifespan.open_peer("user-service", settings.user_service_url)
    outbox = Messaging(lifespan, settings.broker_url).open_outbox(ProductMessage)

    redis = RedisLink(settings.cache_url, lifespan.tracer_provider)
    await lifespan.stack.enter_async_context(redis)
    lifespan.health.add_probe("redis", redis.ping)
    copies = CatalogueCopies()
    feed = InvalidationFeed(redis, copies)
    cache = Cache(redis, copies)
    invalidate = InvalidateCache(database, cache)
    database.on_change(InvalidateAfterCommit(cache).schedule)

    alerts = PublishWaitingAlerts(database, outbox)
    filling = FillSearchTerms(database)
    lifespan.run(
        # While a row is in the queue, Redis may have an outdated product.
        Worker(
            "invalidate-cache", invalidate.invalidate_batch, longest=2.0, patience=1.0
        ),
        Worker("follow-invalidations", feed.follow, is_endless=True),
        Worker("waiting-alerts", alerts.publish_batch, interval=5),
        Worker(
            "fill-search-terms",
            filling.fill_batch,
            interval=60,
            delay=HOUSEKEEPING_DELAY,
        ),
    )
    lifespan.prune(*EXPIRIES)
    load_page = LoadPage(database, cache)
    return Resources(
        database=database,
        token_validator=RemoteTokenValidator(users),
        outbox=outbox,
        copies=copies,
        read_product=ReadProduct(database, cache),
        list_products=ListProducts(load_page),
        search_products=SearchProducts(load_page),
        reserve_stock=ReserveStock(database, outbox),
        commit_reservation=CommitReservation(database),
        release_reservation=ReleaseReservation(database),
    )
