"""Who has been erased, so that no order that comes late keeps who they were."""

from chassis import Base, Erasure


class ErasedUser(Erasure, Base):
    """A user who places no order any more."""
