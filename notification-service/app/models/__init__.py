from app.models.notification import Notification
from app.models.received_event import ReceivedEvent

__all__ = ["Notification", "ReceivedEvent"]
