"""Counts changes of the state of the stock, so that counts of products can be kept."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COUNT_CHANGES_OF_STATE = """
CREATE OR REPLACE TRIGGER product_changes AFTER UPDATE ON stock FOR EACH ROW
WHEN (
    (OLD.on_hand > OLD.reserved) <> (NEW.on_hand > NEW.reserved)
    OR (OLD.on_hand - OLD.reserved <= OLD.low_stock_threshold)
        <> (NEW.on_hand - NEW.reserved <= NEW.low_stock_threshold)
)
EXECUTE FUNCTION count_product_change()
"""
# PostgreSQL ignores what it knows of a partial index, and expects half a percent of the
# products in any category.
CATEGORY_STATISTICS = """
CREATE STATISTICS IF NOT EXISTS products_lower_category
ON (lower(category COLLATE "und-x-icu")) FROM products
"""
# Planned while the table was empty, they would read all of it for each imported row.
LOOKUPS = ("find_is_offered", "store_is_stocked")


def upgrade() -> None:
    """Commits each step, which locks one table only, and can be repeated."""
    with op.get_context().autocommit_block():
        op.execute(COUNT_CHANGES_OF_STATE)
        for lookup in LOOKUPS:
            op.execute(f"ALTER FUNCTION {lookup}() SET enable_seqscan = off")
        op.execute(CATEGORY_STATISTICS)
        op.execute("ANALYZE products (category)")


def downgrade() -> None:
    for lookup in LOOKUPS:
        op.execute(f"ALTER FUNCTION {lookup}() RESET enable_seqscan")
    op.execute("DROP STATISTICS products_lower_category")
    op.execute("DROP TRIGGER product_changes ON stock")
