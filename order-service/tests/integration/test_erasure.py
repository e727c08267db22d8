"""The erasure of a customer's personal data from orders."""

import asyncio

import pytest

from app.errors import AccountErased
from app.events.handlers import SUBSCRIPTIONS, UserErased
from app.models import ErasedUser, IdempotencyKey, ReceivedEvent
from app.services.check_out import CheckOut
from chassis import (
    Database,
    ErasedUsers,
    Event,
    IdempotencyKeys,
    Inbox,
)
from chassis.testing import until_waiting
from tests.factories import (
    a_draft,
    a_user,
    ample_time,
    an_order,
    as_stored,
    confirmed,
    stored,
)


async def erase(database: Database, user_id: int) -> None:
    event = Event[UserErased](
        source="/user-service", type="user.erased", data=UserErased(user_id=user_id)
    )
    inbox = Inbox(database, ReceivedEvent, SUBSCRIPTIONS)
    await inbox.receive(event.model_dump_json().encode())


async def test_erasure_removes_personal_data_from_orders(database: Database) -> None:
    erased = await confirmed(database, an_order(user_id=7))
    other = await confirmed(database, an_order(user_id=8))
    await erase(database, 7)
    order = await as_stored(database, erased.id)
    assert (order.username, order.customer_name, order.customer_email) == ("", "", None)
    assert order.shipping_address is None
    assert order.total_amount == erased.total_amount
    assert order.version == erased.version + 1
    assert (await as_stored(database, other.id)).customer_name == "User 8"


async def test_token_of_erased_user_places_no_order(
    database: Database, checkout: CheckOut
) -> None:
    await erase(database, 7)
    with pytest.raises(AccountErased):
        await checkout.place(a_user(7), a_draft(), None, ample_time())
    other = await checkout.place(a_user(8), a_draft(), None, ample_time())
    assert other.order.id == 1


async def test_order_stored_during_erasure_is_erased_too(
    database: Database, checkout: CheckOut
) -> None:
    other = await stored(database, an_order(user_id=8))
    async with asyncio.TaskGroup() as tasks, database.transaction() as twin:
        # The order's transaction waits for the end of this one: the order is stored,
        # but not yet committed.
        identity = {"user_id": 7, "key": "key"}
        keys = IdempotencyKeys(twin, IdempotencyKey, identity)
        await keys.take("", order_id=other.id)
        placement = tasks.create_task(
            checkout.place(a_user(7), a_draft(), "key", ample_time())
        )
        await until_waiting(database)
        tasks.create_task(erase(database, 7))
        await until_waiting(database, 2)
        await twin.rollback()
    order = await as_stored(database, placement.result().order.id)
    assert order.customer_name == ""


async def test_order_placed_during_erasure_is_refused(
    database: Database, checkout: CheckOut
) -> None:
    async with asyncio.TaskGroup() as tasks:
        async with database.transaction() as session:
            await ErasedUsers(session, ErasedUser).add(7)
            placing = tasks.create_task(outcome_of_order(checkout))
            await until_waiting(database)
        assert isinstance(await placing, AccountErased)


async def outcome_of_order(checkout: CheckOut) -> object:
    try:
        return await checkout.place(a_user(7), a_draft(), None, ample_time())
    except AccountErased as error:
        return error
