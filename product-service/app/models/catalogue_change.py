"""The message to the caches that a transaction has changed products."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CatalogueChange:
    """The products that a transaction has changed, as the caches are notified of them.

    Attributes:
        revisions: the new revisions of changed products, by id.
        is_in_pages: whether pages must show it; they may lag behind sales.
    """

    revisions: Mapping[int, int] = field(default_factory=dict)
    is_in_pages: bool = False
