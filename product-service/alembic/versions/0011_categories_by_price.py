"""An index of each category by price."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OFFERED = sa.text("withdrawn_at IS NULL")
LOWER_CATEGORY = sa.text('lower(category COLLATE "und-x-icu")')


def upgrade() -> None:
    """Commits each step, and can be repeated."""
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_products_lower_category_price_id",
            "products",
            [LOWER_CATEGORY, "price", "id"],
            postgresql_include=["category"],
            postgresql_where=OFFERED,
            if_not_exists=True,
        )
        # The index with the category beside it has the same keys.
        op.drop_index("ix_products_lower_category_id", "products", if_exists=True)


def downgrade() -> None:
    op.create_index(
        "ix_products_lower_category_id",
        "products",
        [LOWER_CATEGORY, "id"],
        postgresql_where=OFFERED,
    )
    op.drop_index("ix_products_lower_category_price_id", "products")
