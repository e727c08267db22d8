"""What the tests of order-service share."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from app.config.settings import OrderSettings
from app.main import create_app
from app.models import Order, OrderMessage
from app.services.checkout import Checkout
from app.services.place_order import PlaceOrder
from app.services.record_outcome import RecordOutcome
from app.services.settle_orders import SettleOrders
from chassis import Database, Outbox
from chassis.testing import FakeTokenValidator, started
from tests.factories import an_order, confirmed
from tests.fake_products import FakeProducts

pytest_plugins = ["chassis.testing"]

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def products() -> FakeProducts:
    return FakeProducts()


@pytest.fixture
def record(database: Database) -> RecordOutcome:
    return RecordOutcome(database, Outbox(OrderMessage, "/order-service", lambda: None))


@pytest.fixture
def saga(products: FakeProducts, record: RecordOutcome) -> PlaceOrder:
    return PlaceOrder(products, record)


@pytest.fixture
def settle_orders(
    database: Database, saga: PlaceOrder, record: RecordOutcome
) -> SettleOrders:
    return SettleOrders(database, saga, record, sparing_seconds=0)


@pytest.fixture
def checkout(database: Database, saga: PlaceOrder) -> Checkout:
    return Checkout(database, saga)


@pytest_asyncio.fixture
async def app(
    database: Database, database_url: str, broker_url: str, products: FakeProducts
) -> FastAPI:
    settings = OrderSettings(
        environment="test",
        database_url=SecretStr(database_url),
        rabbitmq_url=SecretStr(broker_url),
        user_service_url=NOBODY,
        product_service_url=NOBODY,
        service_client_id="order-service",
        service_client_secret=SecretStr("unused"),
    )
    return create_app(settings)


@pytest_asyncio.fixture
async def client(
    app: FastAPI, saga: PlaceOrder, checkout: Checkout
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole app, with product- and user-service played by fakes."""
    validator = FakeTokenValidator()
    async with started(app, token_validator=validator, checkout=checkout) as client:
        yield client


@pytest_asyncio.fixture
async def order(database: Database) -> Order:
    return await confirmed(database, an_order(user_id=7))
