from app.models.erased_user import ErasedUser
from app.models.notification import Notification
from app.models.received_event import ReceivedEvent

__all__ = ["ErasedUser", "Notification", "ReceivedEvent"]
