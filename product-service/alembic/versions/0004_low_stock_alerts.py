"""When the owner of a product was last notified of a shortage."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "low_stock_alerts",
        sa.Column("product_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("shortage", sa.String(20), nullable=False),
        sa.Column(
            "published_at",
            sa.DateTime(timezone=True),
            server_default=sa.func.now(),
            nullable=False,
        ),
        sa.Column("waiting", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "shortage", name="pk_low_stock_alerts"),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["stock.product_id"],
            name="fk_low_stock_alerts_product_id_stock",
        ),
        sa.CheckConstraint(
            "shortage IN ('low', 'out')", name=op.f("ck_low_stock_alerts_shortage")
        ),
    )
    op.create_index(
        "ix_low_stock_alerts_waiting",
        "low_stock_alerts",
        ["published_at"],
        postgresql_where=sa.text("waiting"),
    )


def downgrade() -> None:
    op.drop_table("low_stock_alerts")
