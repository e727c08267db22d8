"""Events that arrive together share a transaction, and fail one by one."""

import asyncio
from collections.abc import Sequence

import pytest
import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from chassis import Database, Event, Inbox, Subscription, Unavailable
from chassis.testing import Network
from tests.messaging.things import ThingMade, an_event, make_thing, things
from tests.tables import Incoming, Thing


class Handler:
    """Notes the transaction and the request id of each thing that it makes."""

    def __init__(self) -> None:
        self.transactions: list[int] = []
        self.request_ids: dict[str, str] = {}

    async def __call__(self, session: AsyncSession, event: Event[ThingMade]) -> None:
        self.transactions.append(await session.scalar(select(func.txid_current())) or 0)
        context = structlog.contextvars.get_contextvars()
        self.request_ids[event.data.name] = context["request_id"]
        await make_thing(session, event)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def inbox(database: Database, handler: Handler) -> Inbox:
    return an_inbox(database, handler)


def an_inbox(database: Database, handler: Handler) -> Inbox:
    return Inbox(database, Incoming, [Subscription(ThingMade.type, ThingMade, handler)])


async def receive(inbox: Inbox, body: bytes, request_id: str = "r") -> None:
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        await inbox.receive(body)


async def test_events_that_arrive_together_share_a_transaction(
    inbox: Inbox, handler: Handler, database: Database
) -> None:
    names = ["cup", "lamp", "vase"]
    await asyncio.gather(*(receive(inbox, an_event(name)) for name in names))
    assert len(handler.transactions) == 3
    assert len(set(handler.transactions)) == 1
    assert sorted(await things(database)) == names


async def test_events_of_a_batch_keep_their_request_ids(
    inbox: Inbox, handler: Handler
) -> None:
    wanted = {"cup": "r-1", "lamp": "r-2", "vase": "r-3"}
    await asyncio.gather(
        *(receive(inbox, an_event(name), id_) for name, id_ in wanted.items())
    )
    assert handler.request_ids == wanted


async def test_failing_event_does_not_fail_its_batch(
    inbox: Inbox, database: Database
) -> None:
    bodies = [an_event(name) for name in ("lamp", "cursed", "vase")]
    first, second, third = await asyncio.gather(
        *(receive(inbox, body) for body in bodies), return_exceptions=True
    )
    assert (first, third) == (None, None)
    assert isinstance(second, ValueError)
    assert sorted(await things(database)) == ["lamp", "vase"]


async def test_results_of_a_batch_are_stored_together(database: Database) -> None:
    batches: list[list[str]] = []

    async def name_thing(_: AsyncSession, event: Event[ThingMade]) -> str | None:
        return None if event.data.name == "cup" else event.data.name

    async def store(session: AsyncSession, results: Sequence[str]) -> None:
        batches.append(list(results))
        session.add_all(Thing(name=name) for name in results)

    subscription = Subscription(ThingMade.type, ThingMade, name_thing)
    inbox = Inbox(database, Incoming, [subscription], store)
    bodies = [an_event(name) for name in ("lamp", "cup", "vase")]
    await asyncio.gather(*(receive(inbox, body) for body in bodies))
    assert batches == [["lamp", "vase"]]
    assert sorted(await things(database)) == ["lamp", "vase"]


async def test_duplicates_in_one_batch_are_processed_once(
    inbox: Inbox, handler: Handler, database: Database
) -> None:
    body = an_event("lamp")
    await asyncio.gather(*(receive(inbox, body) for _ in range(3)))
    assert len(handler.transactions) == 1
    assert await things(database) == ["lamp"]


async def test_batch_waits_once_for_an_unavailable_database(
    database_network: tuple[Network, str], handler: Handler
) -> None:
    network, url = database_network
    async with Database(url) as database:
        inbox = an_inbox(database, handler)
        network.cut()
        outcomes = await asyncio.gather(
            *(receive(inbox, an_event(f"thing {n}")) for n in range(20)),
            return_exceptions=True,
        )
    # One by one, each of them could wait for as long as a transaction may.
    assert len({id(outcome) for outcome in outcomes}) == 1
    assert isinstance(outcomes[0], Unavailable)
