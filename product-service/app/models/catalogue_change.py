"""What a transaction changes in the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CatalogueChange:
    """A change as the caches need to know it.

    Attributes:
        revisions: the new revisions of changed products, by id.
        is_in_pages: whether pages must show it; they may lag behind sales.
    """

    revisions: Mapping[int, int] = field(default_factory=dict)
    is_in_pages: bool = False
