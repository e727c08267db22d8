"""Rejects an order that cannot be reserved, with every reason of every item."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.errors import InsufficientStock, PriceChanged, UnknownProduct
from app.models.product import Product
from app.models.reservation import Wanted

Error = type[UnknownProduct] | type[InsufficientStock] | type[PriceChanged]

# The code of the response is the first of these that rejects any item.
PRECEDENCE: tuple[Error, ...] = (UnknownProduct, InsufficientStock, PriceChanged)


@dataclass(frozen=True)
class Rejection:
    """One reason why an item cannot be reserved."""

    error: Error
    sentence: str
    product_id: int
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def item(self) -> dict[str, Any]:
        return {"product_id": self.product_id, "code": self.error.code, **self.facts}


def require_reservable(
    wanted: Mapping[int, Wanted], offered: Mapping[int, Product]
) -> None:
    """
    Args:
        wanted, offered: by product.

    Raises:
        UnknownProduct, InsufficientStock, PriceChanged: with every rejection in
            `items`; the facts of a single one are also at the top level.
    """
    rejections = [
        rejection
        for product_id, item in sorted(wanted.items())
        for rejection in _rejections_of(product_id, item, offered.get(product_id))
    ]
    if not rejections:
        return
    worst_first = sorted(rejections, key=lambda r: PRECEDENCE.index(r.error))
    facts: dict[str, Any] = {"items": [rejection.item for rejection in rejections]}
    if len(rejections) == 1:
        facts |= {"product_id": rejections[0].product_id, **rejections[0].facts}
    reasons = "; ".join(rejection.sentence for rejection in worst_first)
    raise worst_first[0].error(f"the order cannot be filled: {reasons}", **facts)


def _rejections_of(
    product_id: int, wanted: Wanted, product: Product | None
) -> Iterator[Rejection]:
    if product is None:
        sentence = f"product {product_id} is not in the catalogue"
        yield Rejection(UnknownProduct, sentence, product_id)
        return
    available = product.stock.available
    if wanted.quantity > available:
        yield Rejection(
            InsufficientStock,
            f"product {product_id} has only {available} available",
            product_id,
            {"requested": wanted.quantity, "available": available},
        )
    for agreed in sorted(wanted.agreed_prices - {product.price}):
        yield Rejection(
            PriceChanged,
            f"product {product_id} costs {product.price:.2f} now",
            product_id,
            {"agreed_price": f"{agreed:.2f}", "unit_price": f"{product.price:.2f}"},
        )
