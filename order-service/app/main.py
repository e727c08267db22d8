"""The composition root: builds the app, its resources and its background work."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from fastapi import FastAPI

from app import __version__
from app.api import orders
from app.clients.products import ProductsClient
from app.config.settings import OrderSettings
from app.events.handlers import SUBSCRIPTIONS, USER_EVENTS
from app.models import IdempotencyKey, OrderMessage, ReceivedEvent
from app.services.checkout import Checkout
from app.services.measure_backlog import measure_backlog
from app.services.place_order import PlaceOrder
from app.services.record_outcome import RecordOutcome
from app.services.settle_orders import SettleOrders
from app.services.settle_stock import SettleStock
from chassis import (
    RECEIVED_EVENTS_KEPT,
    SENT_EVENTS_KEPT,
    Consumer,
    DeadLetters,
    Expiry,
    Inbox,
    Outbox,
    OutboxRelay,
    Peer,
    Publisher,
    RemoteTokenValidator,
    Retention,
    ServiceInfo,
    ServiceTokens,
    Worker,
    build_app,
    dead_letters_router,
    load_settings,
    measure_outbox_lag,
    ping_broker,
    running,
)

INFO = ServiceInfo(
    name="order-service",
    version=__version__,
    description="Places orders: reserves their stock, confirms them, and tells of it.",
)

EXPIRIES = (
    Expiry(OrderMessage.sent_at, SENT_EVENTS_KEPT),
    Expiry(ReceivedEvent.received_at, RECEIVED_EVENTS_KEPT),
    Expiry(IdempotencyKey.created_at, IdempotencyKey.LIFETIME),
)


def create_app(settings: OrderSettings | None = None) -> FastAPI:
    settings = settings or load_settings(OrderSettings)
    app = build_app(INFO, settings, partial(_resources, settings=settings))
    app.include_router(orders.router)
    app.include_router(dead_letters_router)
    return app


@asynccontextmanager
async def _resources(app: FastAPI, settings: OrderSettings) -> AsyncIterator[None]:
    state = app.state
    provider = state.tracer_provider
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        users = await enter(Peer("user-service", settings.user_service_url, provider))
        shop = await enter(
            Peer("product-service", settings.product_service_url, provider)
        )
        publisher = Publisher(settings.broker_url, provider)
        stack.push_async_callback(publisher.close)

        state.token_validator = RemoteTokenValidator(users)
        state.dead_letters = DeadLetters(settings.broker_url, USER_EVENTS)
        state.health.others["broker"] = partial(
            ping_broker, settings.broker_url, INFO.name
        )
        state.health.add_peer(users)
        state.health.add_peer(shop)

        relay = OutboxRelay(state.database, OrderMessage, publisher)
        relaying = Worker("outbox-relay", relay.publish_batch)
        lag = partial(measure_outbox_lag, state.database, OrderMessage)
        state.outbox = Outbox(OrderMessage, "/order-service", relaying.wake)

        tokens = ServiceTokens(
            users, settings.service_client_id, settings.service_client_secret
        )
        products = ProductsClient(shop, tokens)
        record = RecordOutcome(state.database, state.outbox)
        saga = PlaceOrder(products, record)
        state.checkout = Checkout(state.database, saga)

        settle_orders = SettleOrders(state.database, saga, record)
        settle_stock = SettleStock(state.database, products)
        backlog = partial(measure_backlog, state.database)
        inbox = Inbox(state.database, ReceivedEvent, SUBSCRIPTIONS)
        retention = Retention(state.database, *EXPIRIES)
        await enter(
            running(
                relaying,
                Worker("outbox-lag", lag, interval=5),
                Worker("backlog", backlog, interval=5),
                Worker("settle-orders", settle_orders.settle_batch),
                Worker("settle-stock", settle_stock.settle_batch),
                Consumer(settings.broker_url, USER_EVENTS, inbox.receive, provider),
                Worker("retention", retention.prune_batch, interval=60),
            )
        )
        yield
