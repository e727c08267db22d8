"""An event, its handler and the handler's result."""

from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import Database, Event, EventData
from tests.tables import Thing


class ThingMade(EventData):
    type: ClassVar[str] = "thing.made"
    exchange: ClassVar[str] = "test_events"
    must_route: ClassVar[bool] = True

    name: str

    @property
    def subject(self) -> str:
        return f"things/{self.name}"


async def make_thing(session: AsyncSession, event: Event[ThingMade]) -> None:
    session.add(Thing(name=event.data.name))
    await session.flush()
    if event.data.name == "cursed":
        raise ValueError("no such thing")


def an_event(name: str) -> bytes:
    data = ThingMade(name=name)
    event = Event[ThingMade](source="/tests", type=ThingMade.type, data=data)
    return event.model_dump_json().encode()


async def things(database: Database) -> list[str]:
    async with database.transaction() as session:
        return list(await session.scalars(select(Thing.name)))
