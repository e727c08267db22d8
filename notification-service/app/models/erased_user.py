"""Who has been erased, so that events that come late tell nothing of them."""

from chassis import Base, Erasure


class ErasedUser(Erasure, Base):
    """A user of whom nothing is told any more."""
