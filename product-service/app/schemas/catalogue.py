"""Filters and sorting of the catalogue."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class CatalogueOrder(StrEnum):
    NEWEST = "newest"
    CHEAPEST = "price"
    DEAREST = "-price"
    BY_NAME = "name"
    BY_NAME_BACKWARDS = "-name"


@dataclass(frozen=True)
class CatalogueFilter:
    """Filters that are None match everything.

    Attributes:
        q: words of the product, or a part of its name.
    """

    q: str | None = None
    category: str | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    in_stock: bool | None = None
    owner_id: int | None = None
    low_stock: bool | None = None
