"""The catalogue, its stock with the ledger, and reservations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_products()
    _create_stock()
    _create_reservations()


def downgrade() -> None:
    op.drop_table("reservation_items")
    op.drop_table("reservations")
    op.drop_table("stock_ledger")
    op.drop_table("stock")
    op.drop_table("products")


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=sa.func.now(),
        nullable=False,
    )


def _create_products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("owner_id", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("description", sa.String(5000)),
        sa.Column("price", sa.Numeric(10, 2), nullable=False),
        sa.Column("category", sa.String(100)),
        sa.Column(
            "tags",
            postgresql.ARRAY(sa.Text),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("image_url", sa.String(2048)),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        sa.CheckConstraint(
            "btrim(name) <> ''", name=op.f("ck_products_name_not_blank")
        ),
        sa.CheckConstraint("price > 0", name=op.f("ck_products_price_positive")),
        sa.CheckConstraint(
            "cardinality(tags) <= 20", name=op.f("ck_products_tags_few")
        ),
    )
    op.create_index("ix_products_category_id", "products", ["category", "id"])


def _create_stock() -> None:
    op.create_table(
        "stock",
        sa.Column("product_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("on_hand", sa.Integer, nullable=False),
        sa.Column("reserved", sa.Integer, nullable=False),
        sa.Column(
            "low_stock_threshold",
            sa.Integer,
            server_default=sa.text("5"),
            nullable=False,
        ),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("product_id", name="pk_stock"),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name="fk_stock_product_id_products"
        ),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_stock_on_hand_not_negative")),
        sa.CheckConstraint(
            "reserved BETWEEN 0 AND on_hand", name=op.f("ck_stock_reserved_on_hand")
        ),
        sa.CheckConstraint(
            "low_stock_threshold >= 0", name=op.f("ck_stock_threshold_not_negative")
        ),
    )
    op.create_table(
        "stock_ledger",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("product_id", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("change", sa.Integer, nullable=False),
        sa.Column("on_hand_after", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("order_id", sa.BigInteger),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_stock_ledger"),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["stock.product_id"],
            name="fk_stock_ledger_product_id_stock",
        ),
        sa.CheckConstraint(
            "kind IN ('initial', 'restock', 'reduction', 'correction', 'sale')",
            name=op.f("ck_stock_ledger_kind"),
        ),
        sa.CheckConstraint("change <> 0", name=op.f("ck_stock_ledger_change_not_zero")),
        sa.CheckConstraint(
            "on_hand_after >= 0",
            name=op.f("ck_stock_ledger_on_hand_after_not_negative"),
        ),
    )
    op.create_index(
        "ix_stock_ledger_product_id_id", "stock_ledger", ["product_id", "id"]
    )


def _create_reservations() -> None:
    op.create_table(
        "reservations",
        sa.Column("order_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        _moment("created_at"),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("order_id", name="pk_reservations"),
        sa.CheckConstraint(
            "status IN ('reserved', 'committed', 'released')",
            name=op.f("ck_reservations_status"),
        ),
        sa.CheckConstraint(
            "(status = 'reserved') = (settled_at IS NULL)",
            name=op.f("ck_reservations_settled_at"),
        ),
    )
    op.create_table(
        "reservation_items",
        sa.Column("order_id", sa.BigInteger, nullable=False),
        sa.Column("product_id", sa.BigInteger, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("unit_price", sa.Numeric(10, 2), nullable=False),
        sa.Column("product_name", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("order_id", "product_id", name="pk_reservation_items"),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["reservations.order_id"],
            name="fk_reservation_items_order_id_reservations",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name="fk_reservation_items_product_id_products",
        ),
        sa.CheckConstraint(
            "quantity > 0", name=op.f("ck_reservation_items_quantity_positive")
        ),
        sa.CheckConstraint(
            "unit_price > 0", name=op.f("ck_reservation_items_unit_price_positive")
        ),
    )
