"""Orders with their items and history, idempotency keys, and the outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NOW = sa.text("now()")
STATES = "'pending','confirmed','shipped','delivered','cancelled'"


def timestamp(name: str, **kwargs: object) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), **kwargs)


def upgrade() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("username", sa.String, nullable=False),
        sa.Column("customer_name", sa.String, nullable=False),
        sa.Column("customer_email", sa.String),
        sa.Column("shipping_address", sa.String),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("total_amount", sa.Numeric(10, 2)),
        sa.Column("promised", sa.Boolean, nullable=False),
        timestamp("claimed_until", nullable=False),
        sa.Column("refusal", postgresql.JSONB),
        sa.Column("stock", sa.String(20), nullable=False),
        timestamp("stock_due_at", server_default=NOW, nullable=False),
        sa.Column("stock_attempts", sa.BigInteger, nullable=False),
        timestamp("created_at", server_default=NOW, nullable=False),
        timestamp("updated_at", server_default=NOW, nullable=False),
        sa.CheckConstraint(f"status IN ({STATES})", name=op.f("ck_orders_status")),
    )
    op.create_index("ix_orders_user_id_id", "orders", ["user_id", "id"])
    op.create_index("ix_orders_customer_email_id", "orders", ["customer_email", "id"])
    op.create_index(
        "ix_orders_pending",
        "orders",
        ["claimed_until"],
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_orders_stock_due",
        "orders",
        ["stock_due_at"],
        postgresql_where=sa.text("stock IN ('due_commit', 'due_release')"),
    )
    op.create_table(
        "order_items",
        sa.Column(
            "order_id",
            sa.BigInteger,
            sa.ForeignKey("orders.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("position", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("product_id", sa.BigInteger, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("product_name", sa.String),
        sa.Column("unit_price", sa.Numeric(10, 2)),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_items_quantity")),
    )
    op.create_table(
        "order_changes",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column(
            "order_id",
            sa.BigInteger,
            sa.ForeignKey("orders.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("changed_by", sa.BigInteger),
        sa.Column("reason", sa.String),
        timestamp("changed_at", server_default=NOW, nullable=False),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column(
            "order_id",
            sa.BigInteger,
            sa.ForeignKey("orders.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        timestamp("created_at", server_default=NOW, nullable=False, index=True),
    )
    create_outbox()


def create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("event_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("exchange", sa.String, nullable=False),
        sa.Column("routing_key", sa.String, nullable=False),
        sa.Column("must_route", sa.Boolean, nullable=False),
        sa.Column("body", sa.String, nullable=False),
        sa.Column("headers", postgresql.JSONB, nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        timestamp("created_at", server_default=NOW, nullable=False),
        timestamp("available_at", server_default=NOW, nullable=False),
        timestamp("sent_at"),
    )
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["id"],
        postgresql_where=sa.text("sent_at IS NULL"),
    )


def downgrade() -> None:
    for table in (
        "outbox",
        "idempotency_keys",
        "order_changes",
        "order_items",
        "orders",
    ):
        op.drop_table(table)
