"""What caches must still be told."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from chassis import Base


class CacheInvalidation(Base):
    """The product has this revision: what a cache has of an older one is wrong.

    Stored with the change itself, and deleted once Redis knows. So neither a crash nor
    an outage of Redis in between leaves anything old behind.
    """

    __tablename__ = "cache_invalidations"

    product_id: Mapped[int] = mapped_column(
        ForeignKey("stock.product_id"), primary_key=True, autoincrement=False
    )
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
