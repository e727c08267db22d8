from app.events.handlers import ORDER_NOTIFICATIONS, EventHandlers
from app.letters.letters import Letters
from app.services.write_notification import WriteNotification


def test_queue_is_bound_to_all_notified_events() -> None:
    assert ORDER_NOTIFICATIONS.name == "order_notifications"
    assert set(ORDER_NOTIFICATIONS.bindings) == {
        ("order_events", "order.created"),
        ("order_events", "order.cancelled"),
        ("order_events", "order.rejected"),
        ("order_events", "order.status_changed"),
        ("user_events", "user.registered"),
        ("user_events", "user.email_changed"),
        ("user_events", "user.erased"),
        ("inventory_events", "inventory.low"),
    }


def test_every_bound_event_has_handler() -> None:
    subscriptions = EventHandlers(
        WriteNotification(Letters(), by_email=True)
    ).subscriptions()
    assert {s.event_type for s in subscriptions} == {
        key for _, key in ORDER_NOTIFICATIONS.bindings
    }
