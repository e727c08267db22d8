"""Fixtures: the saga, recovery and the app, with a fake product-service."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from app.config.settings import OrderSettings
from app.main import create_app
from app.models import Order, OrderMessage
from app.saga.outcomes import Outcomes
from app.services.check_out import CheckOut
from app.services.place_order import PlaceOrder
from app.services.settle_orders import SettleOrders
from chassis import Database, Outbox
from chassis.testing import FakeTokenValidator, started
from tests.factories import AMPLE_SECONDS, an_order, confirmed
from tests.fake_products import FakeProducts

pytest_plugins = ["chassis.testing"]

UNREACHABLE = "http://127.0.0.1:9"


@pytest.fixture
def products() -> FakeProducts:
    return FakeProducts()


@pytest.fixture
def outcomes(database: Database) -> Outcomes:
    return Outcomes(database, Outbox(OrderMessage, "/order-service", lambda: None))


@pytest.fixture
def saga(products: FakeProducts, outcomes: Outcomes) -> PlaceOrder:
    return PlaceOrder(products, outcomes)


@pytest.fixture
def settle_orders(
    database: Database,
    saga: PlaceOrder,
    outcomes: Outcomes,
    monkeypatch: pytest.MonkeyPatch,
) -> SettleOrders:
    # A test machine that stalls does not postpone the attempt.
    monkeypatch.setattr("app.services.settle_orders.ATTEMPT_SECONDS", AMPLE_SECONDS)
    return SettleOrders(database, saga, outcomes, grace_seconds=0)


@pytest.fixture
def checkout(database: Database, saga: PlaceOrder) -> CheckOut:
    return CheckOut(database, saga)


@pytest_asyncio.fixture
async def app(
    database: Database, database_url: str, broker_url: str, products: FakeProducts
) -> FastAPI:
    settings = OrderSettings(
        environment="test",
        database_url=SecretStr(database_url),
        rabbitmq_url=SecretStr(broker_url),
        user_service_url=UNREACHABLE,
        product_service_url=UNREACHABLE,
        service_client_id="order-service",
        service_client_secret=SecretStr("unused"),
    )
    return create_app(settings)


@pytest_asyncio.fixture
async def client(
    app: FastAPI, saga: PlaceOrder, checkout: CheckOut
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole app, with product- and user-service played by fakes."""
    validator = FakeTokenValidator()
    async with started(app, token_validator=validator, checkout=checkout) as client:
        yield client


@pytest_asyncio.fixture
async def order(database: Database) -> Order:
    return await confirmed(database, an_order(user_id=7))
