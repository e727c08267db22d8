"""Why an order cannot be reserved: every reason, of every item, in one answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.models.product import Product
from app.models.reservation import Wanted
from app.models.stock import InsufficientStock
from chassis import Conflict, NotFound


class UnknownProduct(NotFound):
    """The order names a product that is not in the catalogue."""


class PriceChanged(Conflict):
    """A product has another price than the customer agreed to."""


Error = type[UnknownProduct] | type[InsufficientStock] | type[PriceChanged]

# An answer has one code: that of the first of these that any item is rejected with.
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
    error = min((r.error for r in rejections), key=PRECEDENCE.index)
    facts: dict[str, Any] = {"items": [rejection.item for rejection in rejections]}
    if len(rejections) == 1:
        facts |= {"product_id": rejections[0].product_id, **rejections[0].facts}
    raise error("; ".join(r.sentence for r in rejections), **facts)


def _rejections_of(
    product_id: int, wanted: Wanted, product: Product | None
) -> Iterator[Rejection]:
    if product is None:
        sentence = f"there is no product {product_id}"
        yield Rejection(UnknownProduct, sentence, product_id)
        return
    available = product.stock.available
    if wanted.quantity > available:
        yield Rejection(
            InsufficientStock,
            f"only {available} of product {product_id} are available",
            product_id,
            {"requested": wanted.quantity, "available": available},
        )
    for agreed in sorted(wanted.agreed_prices - {product.price}):
        yield Rejection(
            PriceChanged,
            f"the price of product {product_id} is {product.price:.2f}",
            product_id,
            {"agreed_price": f"{agreed:.2f}", "unit_price": f"{product.price:.2f}"},
        )
