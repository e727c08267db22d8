"""The stock of an order, which is held, and then released or committed."""

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.models.order_status import StockState
from chassis import current_trace_context


class HoldsStock:
    """The part of an order that says what product-service must do with its stock.

    Attributes:
        stock_due_at: the time of the next attempt to release or commit the stock.
        trace_context: the trace of the last request that created the order or made its
            stock due; recovery continues this trace.
    """

    stock: Mapped[StockState]
    stock_due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    stock_attempts: Mapped[int] = mapped_column()
    trace_context: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")

    def make_stock_due(self, stock: StockState) -> None:
        self.stock = stock
        self.trace_context = current_trace_context()

    def schedule_stock_retry(self, max_delay: float) -> None:
        """Schedules the next release or commit, in case the current attempt fails.

        Args:
            max_delay: seconds.
        """
        self.stock_attempts += 1
        delay = min(2.0 ** min(self.stock_attempts, 10), max_delay)
        self.stock_due_at = func.now() + timedelta(seconds=delay)

    def mark_stock_settled(self) -> None:
        """Records that product-service has released or committed the stock."""
        match self.stock:
            case StockState.DUE_RELEASE:
                self.stock = StockState.RELEASED
            case StockState.DUE_COMMIT:
                self.stock = StockState.COMMITTED
