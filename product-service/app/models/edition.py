"""The edition of a product: which of its states a reader has seen."""

from typing import NamedTuple


class Edition(NamedTuple):
    """The version and the revision that a client has read."""

    version: int
    revision: int


FIRST_EDITION = Edition(version=1, revision=1)
