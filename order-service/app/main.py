"""The composition root: builds the app, its resources and its background work."""

from fastapi import FastAPI

from app import __version__
from app.api import orders
from app.clients.products import ProductsClient
from app.config.settings import OrderSettings
from app.events.handlers import SUBSCRIPTIONS, USER_EVENTS
from app.models import OrderMessage, ReceivedEvent
from app.models.retention import EXPIRIES
from app.resources import Resources
from app.saga.outcomes import Outcomes
from app.services.check_out import CheckOut
from app.services.measure_backlog import MeasureBacklog
from app.services.place_order import PlaceOrder
from app.services.settle_orders import SettleOrders
from app.services.settle_stock import SettleStock, has_stock_due
from chassis import (
    Inbox,
    Lifespan,
    Messaging,
    RemoteTokenValidator,
    ServiceInfo,
    ServiceTokens,
    Worker,
    build_app,
    dead_letters_router,
    load_settings,
)

INFO = ServiceInfo(
    name="order-service",
    version=__version__,
    description="Places orders: reserves their stock and confirms them.",
)


# Orders share the processor, and wait for little else: more of them at once would each
# take longer, and on a slow machine longer than the three seconds that an order has.
REQUESTS_AT_WORK = 12


def create_app(settings: OrderSettings | None = None) -> FastAPI:
    return build_app(
        INFO,
        settings or load_settings(OrderSettings),
        open_resources,
        orders.router,
        dead_letters_router,
        at_work=REQUESTS_AT_WORK,
    )


async def open_resources(lifespan: Lifespan, settings: OrderSettings) -> Resources:
    database = lifespan.database
    users = await lifespan.open_peer("user-service", settings.user_service_url)
    shop = await lifespan.open_peer("product-service", settings.product_service_url)
    messaging = Messaging(lifespan, settings.broker_url)
    outbox = messaging.open_outbox(OrderMessage)

    tokens = ServiceTokens(
        users, settings.service_client_id, settings.service_client_secret
    )
    products = ProductsClient(shop, tokens)
    outcomes = Outcomes(database, outbox)
    saga = PlaceOrder(products, outcomes)

    settle_orders = SettleOrders(database, saga, outcomes)
    settle_stock = SettleStock(database, products)
    settling_stock = Worker("settle-stock", settle_stock.settle_batch)
    lifespan.run(
        Worker("backlog", MeasureBacklog(database).measure, interval=10),
        Worker("settle-orders", settle_orders.settle_batch),
        settling_stock,
    )
    lifespan.wake(settling_stock, has_stock_due)
    lifespan.prune(*EXPIRIES)
    inbox = Inbox(database, ReceivedEvent, SUBSCRIPTIONS)
    return Resources(
        database=database,
        token_validator=RemoteTokenValidator(users),
        dead_letters=messaging.consume(USER_EVENTS, inbox),
        outbox=outbox,
        checkout=CheckOut(database, saga),
    )
