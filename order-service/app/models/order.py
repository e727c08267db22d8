"""An order and its states: pending, confirmed, shipped, delivered; or cancelled."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from sqlalchemy import CheckConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, WriteOnlyMapped, mapped_column, relationship

from app.errors import (
    REJECTIONS,
    InvalidStatusTransition,
    OrderAlreadyShipped,
    OrderNotPending,
    TotalTooLarge,
    UnknownOrder,
)
from app.models.order_change import OrderChange
from app.models.order_item import OrderItem, PricedItem, Wanted
from app.models.order_status import OrderStatus, StockState
from chassis import (
    MAX_MONEY,
    Base,
    DomainError,
    Principal,
    User,
    current_trace_context,
)

WITHDRAWN = "order_withdrawn"
"""The reason of an order that product-service did not reject."""


class Order(Base):
    """
    Attributes:
        version: raised by every change; confirming is a compare-and-set on it.
        promised: whether the customer was answered 202. Recovery places a promised
            order, and withdraws any other pending one.
        claimed_until: until when a request or recovery works on the pending order.
        refusal: why the attempt never became an order: code, detail and context.
        stock_due_at: when the release or commit that is due is tried next.
        trace_context: of the request that placed the order or changed its stock last;
            later work on it continues that trace.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(
            "status IN ('pending','confirmed','shipped','delivered','cancelled')",
            name="status",
        ),
        Index("ix_orders_user_id_id", "user_id", "id"),
        Index("ix_orders_customer_email_id", text("lower(customer_email)"), "id"),
        Index(
            "ix_orders_pending",
            "claimed_until",
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_orders_stock_due",
            "stock_due_at",
            postgresql_where=text("stock IN ('due_commit', 'due_release')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    user_id: Mapped[int]
    username: Mapped[str]
    customer_name: Mapped[str]
    customer_email: Mapped[str | None]
    shipping_address: Mapped[str | None]
    status: Mapped[OrderStatus]
    total_amount: Mapped[Decimal | None]
    promised: Mapped[bool] = mapped_column()
    claimed_until: Mapped[datetime]
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    stock: Mapped[StockState]
    stock_due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    stock_attempts: Mapped[int] = mapped_column()
    trace_context: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    created_at: Mapped[datetime] = mapped_column(
        default=lambda: datetime.now(UTC), server_default=func.now()
    )
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    items: Mapped[list[OrderItem]] = relationship(
        order_by=OrderItem.position, lazy="selectin", cascade="all, delete-orphan"
    )
    changes: WriteOnlyMapped[OrderChange] = relationship(
        order_by=OrderChange.id, cascade="save-update", passive_deletes=True
    )

    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy's own form
        "version_id_col": version,
        "eager_defaults": True,
    }

    @property
    def reason(self) -> str | None:
        """The code of the refusal."""
        return None if self.refusal is None else self.refusal["code"]

    @property
    def order_number(self) -> str:
        return f"ORD-{self.created_at:%Y%m%d}-{self.id:06d}"

    @classmethod
    def pending(
        cls,
        customer: User,
        lines: Iterable[Wanted],
        *,
        shipping_address: str | None,
        claim: timedelta,
    ) -> Self:
        """A new order, not priced yet.

        Args:
            claim: for how long the request that records it works on it.
        """
        # Every attribute is set: the saga uses the order after its transaction, when
        # missing attributes can no longer be loaded.
        order = cls(
            user_id=customer.user_id,
            username=customer.username,
            customer_name=customer.full_name or customer.username,
            customer_email=customer.email,
            shipping_address=shipping_address,
            status=OrderStatus.PENDING,
            total_amount=None,
            promised=False,
            claimed_until=func.now() + claim,
            refusal=None,
            stock=StockState.HELD,
            stock_attempts=0,
            trace_context=current_trace_context(),
            items=[OrderItem.unpriced(n, line) for n, line in enumerate(lines)],
        )
        order._record(OrderStatus.PENDING, customer.user_id, None)
        return order

    def require_visible_to(self, reader: Principal) -> None:
        """Raises `UnknownOrder` unless the reader owns the order or is an admin."""
        if self.user_id != reader.user_id and not reader.is_admin:
            raise UnknownOrder(f"there is no order {self.id}")

    def rejection(self) -> DomainError | None:
        """Returns the error that the order was rejected with, if it was."""
        if self.refusal is None:
            return None
        error = REJECTIONS.get(self.refusal["code"])
        if error is None:
            return None
        return error(self.refusal["detail"], **self.refusal["context"])

    def promise(self) -> None:
        """The customer is answered that the order will settle by itself."""
        self._require_pending()
        self.promised = True
        self.claimed_until = func.now()

    def confirm(self, prices: Mapping[int, PricedItem]) -> None:
        """The stock is reserved: the order stands, at these names and prices."""
        self._require_pending()
        for item in self.items:
            item.price(prices[item.product_id])
        total = sum((item.total_price or Decimal(0) for item in self.items), Decimal(0))
        if total > MAX_MONEY:
            raise TotalTooLarge(f"the total is more than {MAX_MONEY}")
        self.total_amount = total
        self._move(OrderStatus.CONFIRMED, None, None)

    def refuse(self, code: str, detail: str, context: Mapping[str, Any]) -> None:
        """The attempt fails; it stays on record, and its stock is to be released."""
        self._require_pending()
        self.refusal = {"code": code, "detail": detail, "context": dict(context)}
        self._owe(StockState.DUE_RELEASE)
        self._move(OrderStatus.CANCELLED, None, detail)

    def withdraw(self) -> None:
        """Ends an attempt whose customer was not promised the order."""
        self.refuse(WITHDRAWN, "the order could not be placed", {})

    def cancel(self, by: int | None, reason: str | None = None) -> None:
        if self.status not in (OrderStatus.PENDING, OrderStatus.CONFIRMED):
            raise OrderAlreadyShipped(f"order {self.id} is {self.status}")
        self._owe(StockState.DUE_RELEASE)
        self._move(OrderStatus.CANCELLED, by, reason)

    def ship(self, by: int | None) -> None:
        self._require_status(OrderStatus.CONFIRMED, OrderStatus.SHIPPED)
        self._owe(StockState.DUE_COMMIT)
        self._move(OrderStatus.SHIPPED, by, None)

    def deliver(self, by: int | None) -> None:
        self._require_status(OrderStatus.SHIPPED, OrderStatus.DELIVERED)
        self._move(OrderStatus.DELIVERED, by, None)

    def postpone_stock(self, longest: float) -> None:
        """Makes the release or commit due again later, should this attempt fail.

        Args:
            longest: the longest delay, in seconds.
        """
        self.stock_attempts += 1
        delay = min(2.0 ** min(self.stock_attempts, 10), longest)
        self.stock_due_at = func.now() + timedelta(seconds=delay)

    def settle_stock(self) -> None:
        """product-service has released or committed the stock of this order."""
        match self.stock:
            case StockState.DUE_RELEASE:
                self.stock = StockState.RELEASED
            case StockState.DUE_COMMIT:
                self.stock = StockState.COMMITTED

    def _owe(self, stock: StockState) -> None:
        self.stock = stock
        self.trace_context = current_trace_context()

    def _require_pending(self) -> None:
        if self.status != OrderStatus.PENDING:
            raise OrderNotPending(f"order {self.id} is {self.status}")

    def _require_status(self, expected: OrderStatus, target: OrderStatus) -> None:
        if self.status != expected:
            raise InvalidStatusTransition(
                f"order {self.id} is {self.status} and cannot become {target}"
            )

    def _move(self, status: OrderStatus, by: int | None, reason: str | None) -> None:
        self.status = status
        self.updated_at = datetime.now(UTC)
        self._record(status, by, reason)

    def _record(self, status: OrderStatus, by: int | None, reason: str | None) -> None:
        self.changes.add(OrderChange(status=status, changed_by=by, reason=reason))
