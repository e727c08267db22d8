"""What is forgotten of a customer, and what is kept."""

from app.events.handlers import SUBSCRIPTIONS, UserErased
from app.models import ReceivedEvent
from chassis import Database, Event, Inbox
from tests.factories import an_order, as_stored, confirmed


async def test_an_erased_user_leaves_orders_without_a_name(database: Database) -> None:
    erased = await confirmed(database, an_order(user_id=7))
    other = await confirmed(database, an_order(user_id=8))
    event = Event[UserErased](
        source="/user-service", type="user.erased", data=UserErased(user_id=7)
    )
    inbox = Inbox(database, ReceivedEvent, SUBSCRIPTIONS)
    await inbox.receive(event.model_dump_json().encode())
    order = await as_stored(database, erased.id)
    assert (order.username, order.customer_name, order.customer_email) == ("", "", None)
    assert order.shipping_address is None
    assert order.total_amount == erased.total_amount
    assert order.version == erased.version + 1
    assert (await as_stored(database, other.id)).customer_name == "User 8"
