"""Text in NFC, trimmed."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import normalize_column

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    normalize_column("products", "name", 255)
    normalize_column("products", "description", 5000)
    normalize_column("products", "category", 100)
    normalize_column("stock_ledger", "reason", 200)
    normalize_column("reservation_items", "product_name", 255)
    _normalize_tags()


def _normalize_tags() -> None:
    op.execute(
        sa.text(
            """
            UPDATE products SET tags = form.tags
            FROM products product, LATERAL (
                SELECT array_agg(btrim(normalize(tag, NFC)) ORDER BY place) tags
                FROM unnest(product.tags) WITH ORDINALITY each (tag, place)
            ) form
            WHERE products.id = product.id AND form.tags <> products.tags
            """
        )
    )


def downgrade() -> None:
    """The texts stay: they read the same."""
