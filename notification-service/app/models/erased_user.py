"""The erased users, so that late events store none of their data."""

from chassis import Base, Erasure


class ErasedUser(Erasure, Base):
    """A user whose data must not be stored."""
