"""Users who have been erased; a later order must not store their data again."""

from chassis import Base, Erasure


class ErasedUser(Erasure, Base):
    """An erased user, who can no longer place orders."""
