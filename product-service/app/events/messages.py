"""The events that product-service publishes. Their schemas are in contracts/events/."""

from typing import ClassVar, Self

from prometheus_client import Counter

from app.models import Product, Stock
from chassis import EventData, Events

LOW = Counter(
    "inventory_low_total",
    "Published alerts: the available stock of a product fell to its threshold or to 0",
)


class InventoryLow(EventData):
    """The available stock of a product fell to its threshold, or to 0.

    Attributes:
        version: the larger of two versions of a product is the later one.
    """

    type: ClassVar[str] = "inventory.low"
    exchange: ClassVar[str] = "inventory_events"
    must_route: ClassVar[bool] = True

    product_id: int
    product_name: str
    owner_id: int
    available: int
    threshold: int
    version: int

    @property
    def subject(self) -> str:
        return f"products/{self.product_id}"

    @classmethod
    def of(cls, product: Product, stock: Stock) -> Self:
        return cls(
            product_id=product.id,
            product_name=product.name,
            owner_id=product.owner_id,
            available=stock.available,
            threshold=stock.low_stock_threshold,
            version=stock.revision,
        )


def publish_low_stock(events: Events, product: Product, stock: Stock) -> None:
    events.add(InventoryLow.of(product, stock), stored=LOW.inc)
