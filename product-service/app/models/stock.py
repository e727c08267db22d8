"""The stock of a product, and its reserved part."""

from datetime import UTC, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, func, text, true
from sqlalchemy.orm import Mapped, WriteOnlyMapped, mapped_column, relationship

from app.errors import InsufficientStock, NotReserved, StockLimitExceeded
from app.models.cache_invalidation import CacheInvalidation
from app.models.ledger_entry import LedgerEntry, LedgerKind
from app.models.low_stock_alert import Shortage
from chassis import Base

MAX_STOCK = 2**31 - 1
LOW_STOCK = 5
INITIAL_REASON = "initial stock"


class Stock(Base):
    """The stock `on_hand` is either `available`, or `reserved` by orders.

    Only `_count` changes the numbers, so that every change invalidates the cache and
    notices a shortage.

    Attributes:
        revision: counts all visible changes of the product, also edits. It is stored
            here because every change of a product locks its stock, too.
        is_offered: whether its product is in the catalogue. Triggers keep it true.
        fell_into: the shortage that a change since loading has caused, if any.
    """

    __tablename__ = "stock"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        CheckConstraint("reserved BETWEEN 0 AND on_hand", name="reserved_on_hand"),
        CheckConstraint("low_stock_threshold >= 0", name="threshold_not_negative"),
        # The lists of the catalogue read these alone: few products may match.
        Index(
            "ix_stock_in_stock",
            "product_id",
            postgresql_where=text("is_offered AND on_hand > reserved"),
        ),
        Index(
            "ix_stock_sold_out",
            "product_id",
            postgresql_where=text("is_offered AND on_hand <= reserved"),
        ),
        Index(
            "ix_stock_low",
            "product_id",
            postgresql_where=text(
                "is_offered AND on_hand - reserved <= low_stock_threshold"
            ),
        ),
    )

    product_id: Mapped[int] = mapped_column(
        ForeignKey("products.id"), primary_key=True, autoincrement=False
    )
    on_hand: Mapped[int] = mapped_column(Integer)
    reserved: Mapped[int] = mapped_column(Integer)
    low_stock_threshold: Mapped[int] = mapped_column(
        Integer, default=LOW_STOCK, server_default=text("5")
    )
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    is_offered: Mapped[bool] = mapped_column(server_default=true(), deferred=True)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    ledger: WriteOnlyMapped[LedgerEntry] = relationship()
    invalidations: WriteOnlyMapped[CacheInvalidation] = relationship()
    # Not a column.
    fell_into: Shortage | None = None
    __allow_unmapped__ = True

    @classmethod
    def initial(cls, quantity: int, threshold: int = LOW_STOCK) -> "Stock":
        stock = cls(
            on_hand=quantity, reserved=0, low_stock_threshold=threshold, revision=1
        )
        if quantity:
            stock._record(LedgerKind.INITIAL, quantity, INITIAL_REASON)
        return stock

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved

    @property
    def shortage(self) -> Shortage | None:
        if self.available == 0:
            return Shortage.OUT
        return Shortage.LOW if self.available <= self.low_stock_threshold else None

    def restock(self, quantity: int, reason: str) -> None:
        self._count(on_hand=self.on_hand + quantity)
        self._record(LedgerKind.RESTOCK, quantity, reason)

    def reduce(self, quantity: int, reason: str) -> None:
        self._require_available(quantity)
        self._count(on_hand=self.on_hand - quantity)
        self._record(LedgerKind.REDUCTION, -quantity, reason)

    def correct(self, available: int) -> None:
        """Sets the available stock; reservations stay unchanged."""
        difference = available - self.available
        if difference:
            self._count(on_hand=self.on_hand + difference)
            self._record(LedgerKind.CORRECTION, difference, "quantity set")

    def reserve(self, quantity: int) -> None:
        self._require_available(quantity)
        self._count(reserved=self.reserved + quantity)

    def release(self, quantity: int) -> None:
        self._require_reserved(quantity)
        self._count(reserved=self.reserved - quantity)

    def sell(self, quantity: int, order_id: int) -> None:
        """Sells reserved stock."""
        self._require_reserved(quantity)
        self._count(self.on_hand - quantity, self.reserved - quantity)
        self._record(LedgerKind.SALE, -quantity, f"order {order_id}", order_id)

    def set_low_stock_threshold(self, threshold: int) -> None:
        if threshold == self.low_stock_threshold:
            return
        before = self.shortage
        self.low_stock_threshold = threshold
        self._note_fall(before)
        self.updated_at = datetime.now(UTC)

    def revise(self) -> None:
        """Counts a change, and stores the invalidation of caches."""
        self.revision += 1
        self.invalidations.add(CacheInvalidation(revision=self.revision))

    def _count(self, on_hand: int | None = None, reserved: int | None = None) -> None:
        before = self.shortage
        if on_hand is not None:
            self._require_countable(on_hand)
            self.on_hand = on_hand
        if reserved is not None:
            self.reserved = reserved
        self._note_fall(before)
        self.updated_at = datetime.now(UTC)
        self.revise()

    def _note_fall(self, before: Shortage | None) -> None:
        if self.shortage != before:
            is_fall = before != Shortage.OUT
            self.fell_into = self.shortage if is_fall else None

    def _record(
        self, kind: LedgerKind, change: int, reason: str, order_id: int | None = None
    ) -> None:
        self.ledger.add(
            LedgerEntry(
                kind=kind,
                change=change,
                on_hand_after=self.on_hand,
                reason=reason,
                order_id=order_id,
            )
        )

    def _require_countable(self, on_hand: int) -> None:
        if on_hand > MAX_STOCK:
            raise StockLimitExceeded(
                f"there cannot be more than {MAX_STOCK} of product {self.product_id}",
                product_id=self.product_id,
            )

    def _require_available(self, quantity: int) -> None:
        if quantity > self.available:
            raise InsufficientStock(
                f"product {self.product_id} has only {self.available} available",
                product_id=self.product_id,
                requested=quantity,
                available=self.available,
            )

    def _require_reserved(self, quantity: int) -> None:
        if quantity > self.reserved:
            raise NotReserved(
                f"only {self.reserved} of product {self.product_id} are reserved",
                product_id=self.product_id,
            )
