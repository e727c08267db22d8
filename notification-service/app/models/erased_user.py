"""Who has been erased, so that events that come late tell nothing of them."""

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base


class ErasedUser(Base):
    """Kept for good: user ids are never given again, and an event can be replayed."""

    __tablename__ = "erased_users"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    erased_at: Mapped[datetime] = mapped_column(server_default=func.now())
