"""A small service with the chassis around it, for the tests."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Body, FastAPI, Form, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from chassis import (
    Conflict,
    CurrentAdmin,
    CurrentService,
    DatabaseResources,
    DatabaseSettings,
    ExactNumbersRoute,
    Invalid,
    Lifespan,
    Money,
    OneLineText,
    RequestBody,
    ServiceInfo,
    SessionDep,
    Unavailable,
    build_app,
    load_settings,
    resources_of,
)
from chassis.testing import FakeTokenValidator
from tests.tables import Thing

THING_SERVICE = ServiceInfo("thing-service", "1.2.3", "Things.")


class ThingIsBusy(Conflict):
    """For the tests."""


class ThingIsOdd(Invalid):
    """For the tests."""


class ThingIsAway(Unavailable):
    """For the tests."""


class Price(RequestBody):
    price: Money
    label: OneLineText | None = None


class Basket(RequestBody):
    lines: Annotated[list[Price], Field(max_length=100)]


ERRORS: dict[str, Exception] = {
    "conflict": ThingIsBusy("it is busy", thing_id=7),
    "invalid": ThingIsOdd("it is odd", "name"),
    "unavailable": ThingIsAway("it is away"),
    "bug": ZeroDivisionError("a secret of ours"),
}


@dataclass(frozen=True)
class ThingResources(DatabaseResources):
    lifespan: Lifespan


async def open_resources(lifespan: Lifespan, _: DatabaseSettings) -> ThingResources:
    return ThingResources(FakeTokenValidator(), lifespan.database, lifespan)


def lifespan_of(app: FastAPI) -> Lifespan:
    return resources_of(app, ThingResources).lifespan


def create_app(settings: DatabaseSettings | None = None) -> FastAPI:
    app = build_app(
        THING_SERVICE, settings or load_settings(DatabaseSettings), open_resources
    )
    add_routes(app)
    return app


def add_routes(app: FastAPI) -> None:
    prices = APIRouter(route_class=ExactNumbersRoute)

    @app.post("/things/{name}", status_code=201)
    async def make(name: str, session: SessionDep) -> None:
        session.add(Thing(name=name))

    @app.get("/errors/{kind}")
    async def fail(kind: str) -> None:
        raise ERRORS[kind]

    @prices.post("/prices")
    async def price(body: Annotated[Price, Body()]) -> Decimal:
        return body.price

    @prices.post("/basket")
    async def fill(body: Basket) -> int:
        return len(body.lines)

    @app.post("/form")
    async def submit(a: Annotated[str, Form()]) -> str:
        return a

    @app.put("/prices")
    async def reprice() -> None: ...

    app.include_router(prices)

    @app.get("/kept")
    async def answer_for_a_while(response: Response) -> None:
        response.headers["Cache-Control"] = "max-age=60"

    @app.get("/admin")
    async def admin(user: CurrentAdmin) -> int:
        return user.user_id

    @app.get("/internal")
    async def internal(service: CurrentService) -> str:
        return service.username

    @app.get("/ticks")
    async def tick() -> StreamingResponse:
        async def ticks() -> AsyncIterator[bytes]:
            while True:
                yield b"tick\n"
                await asyncio.sleep(0.05)

        return StreamingResponse(ticks())

    @app.get("/cut")
    async def cut() -> StreamingResponse:
        async def half() -> AsyncIterator[bytes]:
            yield b"half"
            raise ConnectionError

        return StreamingResponse(half())

    @app.get("/slow")
    async def answer_slowly(seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "done"
