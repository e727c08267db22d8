"""Which state of a product it is."""

from typing import NamedTuple


class Edition(NamedTuple):
    """The version and the revision that a client has read."""

    version: int
    revision: int


FIRST_EDITION = Edition(version=1, revision=1)
