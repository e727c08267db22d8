"""Products know whether they have a stock record; lists show only those that have."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STORE_IS_STOCKED = """
CREATE OR REPLACE FUNCTION store_is_stocked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE products SET is_stocked = NOT is_stocked
    WHERE id = coalesce(NEW.product_id, OLD.product_id)
        AND is_stocked <> (TG_OP = 'INSERT');
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER is_stocked AFTER INSERT OR DELETE ON stock
FOR EACH ROW EXECUTE FUNCTION store_is_stocked()
"""

FILL_IS_STOCKED = sa.text("""
UPDATE products SET is_stocked = false WHERE id IN (
    SELECT id FROM products LEFT JOIN stock ON product_id = id
    WHERE product_id IS NULL AND is_stocked
    ORDER BY id LIMIT 10000 FOR NO KEY UPDATE OF products
)
""")


def upgrade() -> None:
    """Commits each step, which locks one table only, and can be repeated.

    The default becomes false last: until the trigger is there, the release before
    stores products with their stock, and cannot set the column.
    """
    with op.get_context().autocommit_block():
        op.add_column(
            "products",
            sa.Column(
                "is_stocked", sa.Boolean, nullable=False, server_default=sa.true()
            ),
            if_not_exists=True,
        )
        op.execute(STORE_IS_STOCKED)
        while op.get_bind().execute(FILL_IS_STOCKED).rowcount:
            pass
        op.create_index(
            "ix_products_without_stock",
            "products",
            ["id"],
            postgresql_where=sa.text("NOT is_stocked"),
            if_not_exists=True,
        )
        op.alter_column("products", "is_stocked", server_default=sa.false())
        # Else PostgreSQL expects that half of the products have no stock.
        op.execute("ANALYZE products (is_stocked)")


def downgrade() -> None:
    op.execute("DROP TRIGGER is_stocked ON stock")
    op.execute("DROP FUNCTION store_is_stocked")
    op.drop_index("ix_products_without_stock", "products")
    op.drop_column("products", "is_stocked")
