"""An order: pending, confirmed, shipped and delivered, or cancelled."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from sqlalchemy import CheckConstraint, Index, func, inspect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, WriteOnlyMapped, mapped_column, relationship

from app.errors import (
    STORED_REJECTIONS,
    InvalidStatusTransition,
    OrderAlreadyShipped,
    OrderNotPending,
    TotalTooLarge,
    UnknownOrder,
)
from app.models.order_change import OrderChange
from app.models.order_item import OrderItem, PricedItem, RequestedItem
from app.models.order_status import OrderStatus, StockState
from app.models.order_stock import HoldsStock
from chassis import (
    MAX_MONEY,
    Base,
    DomainError,
    Principal,
    User,
    current_trace_context,
)

# Longer than any request takes. A transaction that continues after its response can
# take longer still; if recovery changes the order first, the order's version stops it.
CLAIM = timedelta(seconds=5)

WITHDRAWN = "order_withdrawn"
"""The failure code of a withdrawn order."""


class Order(HoldsStock, Base):
    """An order with its items.

    Attributes:
        version: raised by every change; SQLAlchemy compares it with each update.
        promised: whether the response 202 promises to place the order. Recovery places
            promised orders, and withdraws all other pending ones.
        claimed_until: the time until which a request or recovery is working on a
            pending order.
        failure: why the order was rejected or withdrawn: code, detail and context.
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
    failure: Mapped[dict[str, Any] | None] = mapped_column(
        "refusal", JSONB(none_as_null=True)
    )
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
        """The code of the failure."""
        return None if self.failure is None else self.failure["code"]

    @property
    def order_number(self) -> str:
        return f"ORD-{self.created_at:%Y%m%d}-{self.id:06d}"

    @classmethod
    def pending(
        cls,
        customer: User,
        items: Iterable[RequestedItem],
        *,
        shipping_address: str | None,
    ) -> Self:
        """Creates an order without prices."""
        now = datetime.now(UTC)
        return cls(
            version=1,
            user_id=customer.user_id,
            username=customer.username,
            customer_name=customer.full_name or customer.username,
            customer_email=customer.email,
            shipping_address=shipping_address,
            status=OrderStatus.PENDING,
            total_amount=None,
            promised=False,
            failure=None,
            created_at=now,
            updated_at=now,
            stock=StockState.HELD,
            stock_attempts=0,
            trace_context=current_trace_context(),
            items=[OrderItem.unpriced(n, item) for n, item in enumerate(items)],
        )

    def require_visible_to(self, reader: Principal) -> None:
        """Raises `UnknownOrder` unless the reader owns the order or is an admin."""
        if self.user_id != reader.user_id and not reader.is_admin:
            raise UnknownOrder(f"there is no order {self.id}")

    def rejection(self) -> DomainError | None:
        """Returns the error with which the order was rejected, if it was."""
        if self.failure is None:
            return None
        error = STORED_REJECTIONS.get(self.failure["code"])
        if error is None:
            return None
        return error(self.failure["detail"], **self.failure["context"])

    def promise(self) -> None:
        """Promises to place the order, and leaves it to recovery."""
        self._require_pending()
        self.promised = True
        self.claimed_until = func.now()

    def confirmed(self, prices: Mapping[int, PricedItem]) -> Self:
        """Returns a copy that is confirmed at the names and prices of its reservation.

        It is a copy, because the order stays pending if `Orders.confirm` fails.

        Raises:
            TotalTooLarge: the total exceeds the largest amount of money.
        """
        self._require_pending()
        items = [item.priced(prices[item.product_id]) for item in self.items]
        total = sum((item.total_price or Decimal(0) for item in items), Decimal(0))
        if total > MAX_MONEY:
            raise TotalTooLarge(f"the total is larger than {MAX_MONEY}")
        columns = {c.key: getattr(self, c.key) for c in inspect(Order).column_attrs}
        columns |= {
            "version": self.version + 1,
            "status": OrderStatus.CONFIRMED,
            "total_amount": total,
            "updated_at": datetime.now(UTC),
        }
        return type(self)(**columns, items=items)

    def reject(self, rejection: DomainError) -> None:
        """Ends the order with an error that the customer can act on."""
        self._fail(rejection.code, rejection.detail, rejection.context)

    def withdraw(self) -> None:
        """Ends an order that cannot be placed at the moment."""
        self._fail(WITHDRAWN, "the order could not be placed", {})

    def cancel(self, by: int | None, reason: str | None = None) -> None:
        if self.status not in (OrderStatus.PENDING, OrderStatus.CONFIRMED):
            raise OrderAlreadyShipped(f"order {self.id} is {self.status}")
        self.make_stock_due(StockState.DUE_RELEASE)
        self._set_status(OrderStatus.CANCELLED, by, reason)

    def ship(self, by: int | None) -> None:
        self._require_status(OrderStatus.CONFIRMED, OrderStatus.SHIPPED)
        self.make_stock_due(StockState.DUE_COMMIT)
        self._set_status(OrderStatus.SHIPPED, by, None)

    def deliver(self, by: int | None) -> None:
        self._require_status(OrderStatus.SHIPPED, OrderStatus.DELIVERED)
        self._set_status(OrderStatus.DELIVERED, by, None)

    def _fail(self, code: str, detail: str, context: Mapping[str, Any]) -> None:
        self._require_pending()
        self.failure = {"code": code, "detail": detail, "context": dict(context)}
        self.make_stock_due(StockState.DUE_RELEASE)
        self._set_status(OrderStatus.CANCELLED, None, detail)

    def _require_pending(self) -> None:
        if self.status != OrderStatus.PENDING:
            raise OrderNotPending(f"order {self.id} is {self.status}")

    def _require_status(self, expected: OrderStatus, target: OrderStatus) -> None:
        if self.status != expected:
            raise InvalidStatusTransition(
                f"order {self.id} is {self.status} and cannot become {target}"
            )

    def _set_status(
        self, status: OrderStatus, by: int | None, reason: str | None
    ) -> None:
        self.status = status
        self.updated_at = datetime.now(UTC)
        self._add_change(status, by, reason)

    def _add_change(
        self, status: OrderStatus, by: int | None, reason: str | None
    ) -> None:
        self.changes.add(OrderChange(status=status, changed_by=by, reason=reason))
