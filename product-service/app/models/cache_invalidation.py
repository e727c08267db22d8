"""Cache invalidations that are not done yet."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base


class CacheInvalidation(Base):
    """The product has this revision: a cached older one is outdated.

    It is stored with the change, and deleted after Redis has been invalidated. So
    neither a crash nor an outage of Redis loses an invalidation.
    """

    __tablename__ = "cache_invalidations"

    product_id: Mapped[int] = mapped_column(
        ForeignKey("stock.product_id"), primary_key=True, autoincrement=False
    )
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
